import { parseSystemInfo } from '../contract/health.ts';
import { foldRepeated } from '../contract/header-value.ts';
import { isRevision, sameRevision } from '../contract/revision.ts';
import type { ExpectedFingerprint } from '../evidence/fingerprint.ts';
import { judgeFingerprint } from '../evidence/fingerprint-judgement.ts';
import { seenBehaviours } from '../evidence/seen-behaviour.ts';
import { assertNever } from '../foundation/errors.ts';
import { observeBehaviours } from './behaviour-probe.ts';
import { type Climb, type RungOutcome, unanswered } from './climb.ts';
import { broken, getBeside } from './service-rungs.ts';

/** Readings of the revision at the start: one instance of several may still serve another one. */
const REVISION_SAMPLES = 3;
/** Characters shown of what is told as a revision and is none. */
const MAX_SHOWN = 40;

/** The revision is the expected one, in several readings; where a policy says so, the behaviours are judged beside it. */
export async function revisionRung(climb: Climb): Promise<RungOutcome> {
  for (let i = 0; i < REVISION_SAMPLES; i += 1) {
    const failure = await readRevision(climb);
    if (failure !== null) return failure;
  }
  const told = toldRevision(climb);
  const { fingerprint } = climb;
  if (fingerprint === null) return told;
  // No revision at all is what the behaviours stand in for; another one than expected is an answer.
  const isAbsent = told.state === 'broken' && told.rule === 'HLT-REVISION-ABSENT';
  if (told.state !== 'held' && !isAbsent) return told;
  await observeBehaviours(climb);
  return behaviourOutcome(climb, fingerprint, told.state === 'held' ? `${told.actual}; ` : '');
}

function toldRevision(climb: Climb): RungOutcome {
  const seen = [...new Set(climb.readings.map(({ revision }) => revision))];
  const expected = climb.settings.expectedRevision;
  const [only] = seen;
  if (seen.length > 1) {
    return {
      state: 'undecided',
      expected: 'one revision',
      actual: `several answered: ${seen.map((revision) => revision ?? 'hidden').join(', ')}`,
      next: ROLLOUT,
    };
  }
  if (only === undefined || only === null) {
    return climb.revisionPolicy === 'unproven-accepted'
      ? { state: 'not-applicable', actual: 'not exposed; the policy accepts that by name' }
      : broken(
          'HLT-REVISION-ABSENT',
          `revision ${expected ?? '(any)'} from GET /api/system/info`,
          'no revision is exposed',
        );
  }
  if (!isRevision(only)) {
    return broken(
      'HLT-REVISION-ABSENT',
      `revision ${expected ?? '(any)'} from GET /api/system/info`,
      `${only.length} characters that are no revision: ${JSON.stringify(only.slice(0, MAX_SHOWN))}`,
    );
  }
  if (expected === null) return { state: 'held', actual: `${only} (no revision was expected)` };
  return sameRevision(only, expected)
    ? { state: 'held', actual: `${only} in ${climb.readings.length} readings` }
    : broken(
        'HLT-REVISION-STALE',
        `revision ${expected}`,
        `revision ${only} in ${climb.readings.length} readings`,
      );
}

const ROLLOUT = 'Wait until the rollout has ended, then run again; nothing seen now belongs to one revision.';

/** What is pinned of the behaviours that the ladder can see: bad tokens are sent by later checks, so that is asked of the whole run. */
function withoutLater({ generation, behaviours = {} }: ExpectedFingerprint): ExpectedFingerprint {
  const { 'auth-failure': _later, ...pinned } = behaviours;
  return { generation, behaviours: pinned };
}

/** What the ladder has seen of the behaviours; the decision reads those of the whole run. */
function behaviourOutcome(climb: Climb, expected: ExpectedFingerprint, before: string): RungOutcome {
  const evidence = climb.recorders.flatMap((recorder) => recorder.seen());
  const seen = [...seenBehaviours(evidence, climb.settings)];
  const { state, text } = judgeFingerprint({ expected: withoutLater(expected), seen });
  const wanted = `the behaviours of generation ${expected.generation}`;
  const actual = `${before}by fingerprint: ${text}`;
  switch (state) {
    case 'agrees':
      return { state: 'held', actual };
    case 'differs':
      return broken('HLT-REVISION-STALE', wanted, actual);
    case 'mixed':
      return { state: 'undecided', expected: wanted, actual, next: ROLLOUT };
    case 'undecided':
      return {
        state: 'undecided',
        expected: wanted,
        actual,
        next: 'Look at what kept the behaviours from being seen: a rung that is broken, or a path that is not forwarded.',
      };
    default:
      return assertNever(state);
  }
}

/** Reads the revision once and keeps the reading. Returns an outcome only when nothing answered. */
export async function readRevision(climb: Climb): Promise<RungOutcome | null> {
  const path = '/api/system/info';
  const result = await getBeside(climb, path);
  if (result.kind !== 'answered') return unanswered(result, path);
  const info = result.status === 200 ? parseSystemInfo(result.json) : null;
  const body = info?.ok === true ? info.value.revision : null;
  const header = result.headers[climb.settings.revisionHeader];
  const atMs = climb.elapsedMs();
  climb.readings.push({
    source: `GET ${path}`,
    revision: body ?? (header === undefined ? null : foldRepeated(header)),
    firstAtMs: atMs,
    lastAtMs: atMs,
    count: 1,
    evidence: result.evidence,
  });
  return null;
}
