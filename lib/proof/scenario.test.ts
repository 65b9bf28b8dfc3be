import { describe, expect, test } from 'vitest';
import { sampleAttempt, sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import { scenarioSchema, type ScenarioOutcome } from './scenario.ts';
import { unnoticed } from './scenario-control.ts';
import { judgeScenario, type ScenarioExecution } from './scenario-judgement.ts';
import { isCredited, scenarioRecord, scenarioReport, type ScenarioRunResult } from './scenario-record.ts';

const EXPECT: ScenarioOutcome = {
  decision: 'NO_GO',
  exitCode: 1,
  axes: { outcome: 'no' },
  cause: { top: 'RACE_ON_CONNECT', owner: 'backend', says: ['150 ms'], secondary: ['HANDLER_CRASH'] },
  verdicts: { 'AGENT-01': 'failed' },
  appears: ['the cause'],
  absent: [{ pattern: 'resolved', example: 'RESOLVED' }],
};
const STORY = { faults: ['race-on-early-send=150'], expect: EXPECT };

/** Every output of a run; `resolved` stands in data only. */
function written(texts: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const page = '<style>.resolved{}</style><p>NO-GO</p><script>var resolved;</script>';
  return new Map(
    Object.entries({
      console: '',
      'report.md': '',
      'summary.md': '',
      'junit.xml': '',
      'report.html': page,
      'run.json': '{"resolved":{}}',
      ...texts,
    }),
  );
}

function execution(fields: Partial<ScenarioExecution> = {}): ScenarioExecution {
  const blocked = sampleAttempt('blocked', { id: 'AGENT-02', blockedBy: 'AGENT-01' });
  return {
    record: sampleRecord({
      checks: [sampleCheck('failed'), sampleCheck('blocked', { id: 'AGENT-02', attempts: [blocked] })],
    }),
    decision: {
      decision: 'NO_GO',
      headline: 'NO-GO',
      axes: { outcome: 'no', change: 'not stated' },
      reasons: [],
    },
    diagnosis: {
      state: 'one cause',
      hypotheses: [
        {
          hypothesis: 'RACE_ON_CONNECT',
          role: 'cause',
          under: null,
          owner: 'backend',
          title: 'a race (150 ms)',
          checks: ['AGENT-01', 'AGENT-02'],
        },
        {
          hypothesis: 'HANDLER_CRASH',
          role: 'secondary',
          under: 'RACE_ON_CONNECT',
          owner: 'backend',
          title: 'a crash',
          checks: [],
        },
      ],
      unattributed: [],
    },
    exitCode: 1,
    texts: written({ console: 'NO-GO: the cause' }),
    firings: new Map([['race-on-early-send', 3]]),
    tokensIn: [],
    ...fields,
  };
}

describe('the judgement of a scenario', () => {
  test('accepts what came out as told, data that only looks like a forbidden text included', () => {
    expect(judgeScenario(STORY, execution())).toEqual([]);
  });

  test.for([
    [
      'another decision',
      { decision: { ...execution().decision, decision: 'GO' as const } },
      'expected NO_GO',
    ],
    ['another exit code', { exitCode: 3 }, 'exit code 1, got 3'],
    ['a fault that never fired', { firings: new Map() }, 'race-on-early-send to fire'],
    [
      'a forbidden text',
      { texts: written({ 'report.md': 'the cause is Resolved' }) },
      '"Resolved" in report.md',
    ],
    [
      'a forbidden text in the page',
      { texts: written({ console: 'the cause', 'report.html': '<p>it is <b>re</b>solved</p>' }) },
      '"resolved" in report.html',
    ],
    [
      'an output that was not written',
      { texts: new Map([['console', 'the cause']]) },
      'expected report.html, got no such output',
    ],
    ['a text that is missing', { texts: written({ console: 'NO-GO' }) }, 'to be told "the cause"'],
    ['a part of a token', { tokensIn: ['report.md'] }, 'no part of a token in report.md'],
    [
      'a red that hangs under nothing',
      { diagnosis: { ...execution().diagnosis, hypotheses: [{ ...cause(), checks: ['AGENT-01'] }] } },
      'expected AGENT-02 under one cause',
    ],
    [
      'a red that hangs under two',
      { diagnosis: { ...execution().diagnosis, unattributed: ['AGENT-02'] } },
      'AGENT-02 under one cause or unattributed, got it in 2 places',
    ],
    [
      'another cause',
      { diagnosis: { ...execution().diagnosis, hypotheses: [{ ...cause(), hypothesis: 'UNKNOWN' }] } },
      'expected the cause RACE_ON_CONNECT, got UNKNOWN',
    ],
  ] as const)('refuses %s', ([, fields, told]) => {
    expect(judgeScenario(STORY, execution(fields)).join('\n')).toContain(told);
  });

  test('notices every wrong expectation', () => {
    expect(unnoticed(STORY, execution())).toEqual([]);
  });

  test('tells which expectation could not have failed', () => {
    // A search that does not see the console would find no forbidden text there.
    const blind = execution({ texts: written({ 'summary.md': 'the cause', 'report.html': '' }) });

    expect(unnoticed(STORY, blind)).toEqual(['texts that must not appear']);
  });
});

describe('a scenario file', () => {
  test('may not forbid a text with a pattern that does not catch its example', () => {
    const run = {
      title: 'a run',
      faults: [],
      checks: 'all',
      expect: { ...EXPECT, absent: [{ pattern: 'x', example: 'y' }] },
    };
    const parsed = scenarioSchema.safeParse({
      schema: 1,
      name: 'a-story',
      story: 'It was told wrong once.',
      runs: [run],
    });

    expect(parsed.error?.message).toContain('expected the pattern to catch its example');
  });
});

describe('a session of scenarios', () => {
  const told: ScenarioRunResult = {
    title: 'a run',
    faults: [],
    expected: 'GO',
    decision: 'GO',
    exitCode: 0,
    causes: [],
    elapsedMs: 1,
    repeats: 0,
    problems: [],
    unnoticed: [],
    run: null,
  };
  const session = {
    id: 's',
    state: 'complete' as const,
    startedAt: '',
    endedAt: '',
    seed: 1,
    jobs: 1,
    isWhole: false,
    signal: null,
  };

  test('is green when every story came out as told, and red about one that did not or was not run', () => {
    const scenario = { name: 'a', story: 'told', runs: [told], credited: true };
    const green = scenarioRecord({ ...session, declared: ['a'], scenarios: [scenario] });
    const missed = scenarioRecord({ ...session, declared: ['a', 'b'], scenarios: [scenario] });
    const wrong = scenarioRecord({
      ...session,
      declared: ['a'],
      scenarios: [{ ...scenario, credited: false }],
    });
    const empty = scenarioRecord({ ...session, declared: [], scenarios: [] });

    expect([green, missed, wrong, empty].map(({ exitCode }) => exitCode)).toEqual([0, 1, 1, 1]);
    expect(missed.problems).toEqual(['declared and not run: b']);
    expect(scenarioReport(green)).toContain('scenarios: 1 of 1 as told');
  });

  test('credits no story with a run that is missing, or an expectation that cannot fail', () => {
    expect(isCredited([told], 1)).toBe(true);
    expect(isCredited([told], 2)).toBe(false);
    expect(isCredited([{ ...told, unnoticed: ['owner'] }], 1)).toBe(false);
    expect(isCredited([{ ...told, problems: ['x'] }], 1)).toBe(false);
  });
});

function cause(): ScenarioExecution['diagnosis']['hypotheses'][number] {
  const [first] = execution().diagnosis.hypotheses;
  if (first === undefined) throw new TypeError('expected a cause');
  return first;
}
