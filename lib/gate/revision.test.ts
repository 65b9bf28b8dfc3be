import { describe, expect, test } from 'vitest';
import { type RevisionReading, type RunRecord, runRecordSchema } from '../evidence/run-record.ts';
import {
  SAMPLE_REVISION,
  sampleAttempt,
  sampleCheck,
  samplePolicy,
  sampleRecord,
} from '../evidence/testing/sample-record.ts';
import { decide } from './decide.ts';
import { isReadAtEnd, revisionState, revisionText } from './revision.ts';

const OLD = 'b'.repeat(40);
/** One reading each second: at the start, by connections while checks run, and at the end. */
const told = (...revisions: readonly (string | null)[]): RevisionReading[] =>
  revisions.map((revision, at) => ({
    source: at === 0 || at === revisions.length - 1 ? 'GET /api/system/info' : 'header x-service-revision',
    revision,
    firstAtMs: at * 1_000,
    lastAtMs: at * 1_000,
    count: 1,
    evidence: `m-${at}`,
    ...(at === 0 || at === revisions.length - 1 ? {} : { connections: [`c${at}`] }),
  }));
const busy = sampleCheck('passed', {
  attempts: [sampleAttempt('passed', { startedAtMs: 0, durationMs: 2_500 })],
});
function recordOf(
  readings: readonly RevisionReading[],
  fields: Partial<RunRecord['revision']> = {},
  checks: RunRecord['checks'] = [busy],
): RunRecord {
  return sampleRecord({
    checks,
    revision: { policy: 'required', expected: SAMPLE_REVISION, readings: [...readings], ...fields },
  });
}
const NEW = SAMPLE_REVISION;
const stalePreflight = sampleCheck('failed', { id: 'PRE-08', suite: 'preflight', phase: 0 });

describe('revision of a deployment', () => {
  test.each([
    ['proven at start, by connections and at the end', [NEW, NEW, NEW, NEW], 'proven', 'GO'],
    ['stale: the one before, all the time', [OLD, OLD, OLD, OLD], 'mismatch', 'INCONCLUSIVE'],
    ['mixed: one connection in between met the one before', [NEW, OLD, NEW, NEW], 'mixed', 'INCONCLUSIVE'],
    ['flipped forth during the run', [OLD, OLD, NEW, NEW], 'mixed', 'INCONCLUSIVE'],
    ['flipped back during the run', [NEW, NEW, OLD, OLD], 'mixed', 'INCONCLUSIVE'],
    ['seen to have flipped at the end only', [NEW, NEW, NEW, OLD], 'mixed', 'INCONCLUSIVE'],
    ['hidden all the time', [null, null], 'hidden', 'INCONCLUSIVE'],
    ['a page in place of a revision', ['<script>', '<script>'], 'unreadable', 'INCONCLUSIVE'],
    ['a placeholder in place of a revision', ['unknown', 'unknown'], 'unreadable', 'INCONCLUSIVE'],
    ['readable, then a page', [NEW, '<html>'], 'mixed', 'INCONCLUSIVE'],
    ['hidden at the end', [NEW, NEW, null], 'mixed', 'INCONCLUSIVE'],
    ['never read', [], 'not read', 'INCONCLUSIVE'],
  ] as const)('%s', (_what, revisions, state, decision) => {
    expect(decide(recordOf(told(...revisions)))).toMatchObject({ decision, revision: { state } });
  });

  test('that is stale is NO-GO once the ladder says so', () => {
    expect(decide(recordOf(told(OLD, OLD), {}, [busy, stalePreflight]))).toMatchObject({
      decision: 'NO_GO',
      exitCode: 1,
      revision: { state: 'mismatch', seen: [OLD] },
    });
  });

  test.each(['required', 'fingerprint', 'unproven-accepted'] as const)(
    'that no place tells is never GO, and CONDITIONAL only by name: %s',
    (policy) => {
      for (const expected of [SAMPLE_REVISION, null]) {
        expect(decide(recordOf(told(null, null), { policy, expected })).decision).toBe(
          policy === 'unproven-accepted' ? 'CONDITIONAL_GO' : 'INCONCLUSIVE',
        );
      }
    },
  );

  test('that cannot be one is told as it came, on one line, and is unproven under a policy that accepts that', () => {
    const page = told('<script>\nGO\u001b[32m');

    expect(decide(recordOf(page)).reasons[0]?.text).toMatch(
      /^the deployed revision is not proven: what the target says is no revision: "<script> GO.\[32m"; expected a{40}$/,
    );
    expect(decide(recordOf(page, { policy: 'unproven-accepted' })).decision).toBe('CONDITIONAL_GO');
  });

  test('that was not read again at the end is not proven to the end', () => {
    const early = recordOf(told(NEW, NEW));
    const late = sampleCheck('passed', {
      attempts: [sampleAttempt('passed', { startedAtMs: 0, durationMs: 2_001 })],
    });

    expect(isReadAtEnd(recordOf(told(NEW, NEW, NEW)))).toBe(true);
    expect(decide(early)).toMatchObject({
      decision: 'INCONCLUSIVE',
      exitCode: 3,
      reasons: [{ rule: 4, text: expect.stringContaining('not read again at the end') }],
    });
    expect(decide(recordOf(told(NEW, NEW), {}, [late])).decision).toBe('INCONCLUSIVE');
    expect(
      decide(
        recordOf(told(NEW, NEW), {}, [
          { ...late, attempts: [sampleAttempt('passed', { startedAtMs: 0, durationMs: 2_000 })] },
        ]),
      ).decision,
    ).toBe('GO');
  });
});

const BEHAVIOURS: Readonly<Record<string, string>> = {
  'health-body': 'rich',
  welcome: 'canonical',
  'first-message': 'answered',
  'auth-failure': 'error-frame',
  'websocket-path': 'refused',
};

/** A record under the policy that judges by behaviours, as a run leaves it. */
function behaving(
  values: Readonly<Record<string, string>>,
  fields: {
    readonly told?: readonly (string | null)[];
    readonly lastAtMs?: number;
    readonly policy?: object;
  } = {},
): RunRecord {
  const expected = { generation: 'reference' } as const;
  const seen = Object.entries(values).map(([behaviour, value]) => ({
    behaviour,
    value,
    count: 3,
    firstAtMs: 5,
    lastAtMs: behaviour === 'auth-failure' ? 100 : (fields.lastAtMs ?? 2_600),
    evidence: `m-${behaviour}`,
  }));
  const { revision } = runRecordSchema.pick({ revision: true }).parse({
    revision: {
      policy: 'fingerprint',
      expected: SAMPLE_REVISION,
      readings: told(...(fields.told ?? [null, null, null, null])),
      fingerprint: { expected, seen },
    },
  });
  const policy = samplePolicy({
    name: 'staging',
    revision: 'fingerprint',
    fingerprint: expected,
    ...fields.policy,
  });
  return sampleRecord({ checks: [busy], revision, policy });
}

describe('a generation', () => {
  test('is proven by behaviours where no revision is told, and the headline says that it is no more', () => {
    expect(decide(behaving(BEHAVIOURS))).toMatchObject({
      decision: 'GO',
      headline: 'GO (policy staging; revision by fingerprint: generation reference)',
      policy: { weaker: expect.arrayContaining(['behaviours prove a generation, not a revision']) },
      revision: {
        state: 'generation-proven',
        seen: ['hidden'],
        fingerprint: { state: 'agrees', expected: 'reference', agreeing: 5, observed: 5, of: 9 },
      },
    });
  });

  test.each([
    ['stale', { ...BEHAVIOURS, welcome: 'W3', 'websocket-path': 'accepted' }, 'mismatch'],
    ['mixed', { ...BEHAVIOURS, welcome: 'W3' }, 'mixed'],
    ['of behaviours that fit several', { ...BEHAVIOURS, welcome: 'W1', 'health-body': 'plain' }, 'mismatch'],
    ['not observed enough', { welcome: 'canonical', 'websocket-path': 'refused' }, 'generation-undecided'],
    ['not observed at all', {}, 'generation-undecided'],
    ['unknown', { ...BEHAVIOURS, welcome: 'W99' }, 'mismatch'],
  ] as const)('that is %s is not GO', (_what, values, state) => {
    const decision = decide(behaving(values));

    expect(decision).toMatchObject({
      decision: 'INCONCLUSIVE',
      headline: 'INCONCLUSIVE (policy staging)',
      revision: { state },
    });
    expect(decision.reasons.map(({ text }) => text).join()).toMatch(/not proven: .*of 9 not observed/);
  });

  test.each([
    ['the expected one', [NEW, NEW, NEW, NEW], BEHAVIOURS, 'proven', 'GO'],
    [
      'another one, whatever the behaviours say',
      [OLD, OLD, OLD, OLD],
      BEHAVIOURS,
      'mismatch',
      'INCONCLUSIVE',
    ],
    ['two of them', [NEW, OLD, NEW, NEW], BEHAVIOURS, 'mixed', 'INCONCLUSIVE'],
    ['the expected one, now and then', [NEW, null, NEW, NEW], BEHAVIOURS, 'mixed', 'INCONCLUSIVE'],
    [
      'the expected one by an older build',
      [NEW, NEW, NEW, NEW],
      { ...BEHAVIOURS, welcome: 'W3', 'websocket-path': 'accepted' },
      'mismatch',
      'INCONCLUSIVE',
    ],
    [
      'the expected one, and hardly behaves',
      [NEW, NEW, NEW, NEW],
      { welcome: 'canonical' },
      'generation-undecided',
      'INCONCLUSIVE',
    ],
    ['a page', ['<html>', '<html>'], BEHAVIOURS, 'generation-proven', 'GO'],
    ['nothing, not even when asked', [], BEHAVIOURS, 'generation-proven', 'GO'],
  ] as const)('beside a revision that is told: %s', (_what, revisions, values, state, decision) => {
    expect(decide(behaving(values, { told: revisions }))).toMatchObject({ decision, revision: { state } });
  });

  test('that was not looked at again after the last check is not proven to the end', () => {
    expect(decide(behaving(BEHAVIOURS, { lastAtMs: 1_400 }))).toMatchObject({
      decision: 'INCONCLUSIVE',
      reasons: [{ rule: 4, text: expect.stringContaining('not read again at the end') }],
    });
    expect(decide(behaving(BEHAVIOURS, { lastAtMs: 1_400, told: [NEW, NEW, NEW, NEW] })).decision).toBe(
      'INCONCLUSIVE',
    );
  });

  test('that was held against another expectation than the policy has is not believed', () => {
    for (const policy of [{ fingerprint: { generation: 'G1' } }, { fingerprint: undefined }]) {
      expect(decide(behaving(BEHAVIOURS, { policy })).reasons.map(({ text }) => text)).toContain(
        'the behaviours were judged by another expectation than the policy has',
      );
    }
  });

  test.each(['required', 'unproven-accepted'] as const)('says nothing under revision %s', (policy) => {
    const record = behaving(BEHAVIOURS);
    const { state, fingerprint } = decide({ ...record, revision: { ...record.revision, policy } }).revision;

    expect(fingerprint).toBeUndefined();
    expect(state).toBe(policy === 'required' ? 'hidden' : 'unproven-accepted');
  });
});

describe('several revisions in one answer', () => {
  test.each([
    [[NEW, `${NEW}, ${OLD}`, NEW], 'mixed'],
    [[`${NEW}, ${OLD}`], 'unreadable'],
  ])('are named as such: %j', (revisions, state) => {
    const { revision } = recordOf(told(...revisions));

    expect(revisionState(revision)).toBe(state);
    expect(revisionText(revisionState(revision), revision)).toContain(
      `one answer names different revisions, ${NEW.slice(0, 40)} and ${OLD}`,
    );
  });
});
