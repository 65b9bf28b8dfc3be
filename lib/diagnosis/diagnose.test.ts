import { describe, expect, test } from 'vitest';
import { SAMPLE_REVISION, sampleCheck } from '../evidence/testing/sample-record.ts';
import { parseEvidenceLine } from '../evidence/evidence-line.ts';
import { type RunRecord, runRecordSchema } from '../evidence/run-record.ts';
import { diagnose } from './diagnose.ts';
import { diagnosisSchema } from './diagnosis.ts';
import { HYPOTHESES } from './hypothesis.ts';
import { RULE_BOOK } from './rule-book.ts';
import { SampleRun } from './testing/sample-run.ts';
import { NOT_READY, reading, STORIES, type Story } from './testing/stories.ts';

function tell(...stories: readonly Story[]): ReturnType<typeof diagnose> {
  return diagnose(...stored(...stories));
}

function stored(...stories: readonly Story[]): [RunRecord, SampleRun['evidence']] {
  const run = new SampleRun();
  let fields: Partial<RunRecord> = {};
  for (const story of stories) fields = { ...fields, ...story(run) };
  return [run.record(fields), run.evidence];
}

const names = RULE_BOOK.map(({ name }) => name);

describe('the rule book', () => {
  test('holds one rule per hypothesis, each with something that must be seen', () => {
    expect([...names, 'UNKNOWN'].toSorted()).toEqual([...HYPOTHESES].toSorted());
    for (const { name, predictions } of RULE_BOOK) {
      expect(
        predictions.some(({ kind }) => kind === 'must'),
        name,
      ).toBe(true);
      for (const { weight } of predictions) expect(weight > 0 && weight <= 1, name).toBe(true);
    }
  });
});

describe('a run of one cause', () => {
  test.for(Object.entries(STORIES))('%s is named first, and alone', ([name, story], { expect }) => {
    const diagnosis = tell(story);

    expect(diagnosis.state).toBe('one cause');
    expect(diagnosis.hypotheses[0]?.hypothesis).toBe(name);
    expect(diagnosisSchema.parse(diagnosis)).toEqual(diagnosis);
  });

  test.for(Object.entries(STORIES))('%s is not named once our own backend died', ([, story], { expect }) => {
    const [record, evidence] = stored(story);
    const fault = { code: 'BACKEND_DIED', message: 'it died', next: null } as const;
    const diagnosis = diagnose({ ...record, harnessFaults: [fault] }, evidence);

    expect(diagnosis.hypotheses.map(({ hypothesis }) => hypothesis)).toEqual(['HARNESS_FAULT']);
    expect(diagnosis).toMatchObject({ unattributed: [], contradicts: [] });
  });

  test.for(Object.entries(STORIES))('without its rule, %s is unknown', ([name, story], { expect }) => {
    const [record, evidence] = stored(story);
    const diagnosis = diagnose(
      record,
      evidence,
      RULE_BOOK.filter((rule) => rule.name !== name),
    );

    expect(diagnosis.hypotheses[0]?.hypothesis).toBe('UNKNOWN');
    expect(diagnosis.state).toBe('unknown');
  });

  test('cites only records of the run, and says who acts and what comes next', () => {
    for (const [name, story] of Object.entries(STORIES)) {
      const [record, evidence] = stored(story);
      const ids = new Set(evidence.map(({ id }) => id));
      const [top] = diagnose(record, evidence).hypotheses;

      expect(top?.for.length, name).toBeGreaterThan(0);
      for (const id of [...(top?.for ?? []), ...(top?.against ?? [])])
        expect(ids.has(id), `${name} ${id}`).toBe(true);
      expect(top?.next, name).not.toBe('');
      expect(top?.remedy, name).not.toBe('');
    }
  });
});

const BROWSER = {
  origin: 'https://app.example',
  'sec-websocket-extensions': 'permessage-deflate',
  'user-agent': 'Mozilla/5.0',
};

/** Openings of which those that offer compression are refused; the check that made them cites all. */
const refusesCompression: Story = (run) => {
  const check = 'HS-23';
  const { 'user-agent': agent, 'sec-websocket-extensions': extensions, origin } = BROWSER;
  run.red(
    check,
    ['WS-BROWSER-NOT-SERVED'],
    [
      ...run.refused(502, { check, headers: BROWSER }),
      ...run.session({ check }),
      ...run.session({ check, headers: { origin } }),
      ...run.refused(502, { check, headers: { 'sec-websocket-extensions': extensions } }),
      ...run.session({ check, headers: { 'user-agent': agent } }),
    ],
  );
};

describe('a run that refuses browsers alone', () => {
  test('is a hop that does not forward their openings, and names what it refuses', () => {
    const diagnosis = tell(refusesCompression);

    expect(diagnosis.state).toBe('one cause');
    expect(diagnosis.hypotheses[0]).toMatchObject({
      hypothesis: 'UPGRADE_NOT_FORWARDED',
      owner: 'infrastructure',
    });
    expect(diagnosis.hypotheses[0]?.title).toContain(
      'of browsers: refused only with Sec-WebSocket-Extensions)',
    );
  });

  test('has another cause when a session opens and compression breaks it', () => {
    const diagnosis = tell((run) => {
      run.red('HS-23', ['WS-COMPRESSION-BROKEN'], run.session({ check: 'HS-23', headers: BROWSER }));
    });

    expect(diagnosis.hypotheses[0]?.hypothesis).toBe('SOCKET_CONTRACT_BROKEN');
    expect(diagnosis.hypotheses[0]?.title).toContain(
      'only where Sec-WebSocket-Extensions offers compression',
    );
  });
});

describe('a run of two causes', () => {
  const pairs = [
    ['READINESS_DEGRADED', 'TOKEN_ECHOED'],
    ['EVENT_CONTRACT_BROKEN', 'AUTH_NOT_ENFORCED'],
    ['CROSS_USER_LEAK', 'API_CONTRACT_BROKEN'],
    ['PROXY_STRIPS_AUTHORIZATION', 'EVENT_CONTRACT_BROKEN'],
    ['SOCKET_CONTRACT_BROKEN', 'SLOW_RESPONSES'],
    ['CLOCK_SKEW', 'TOKEN_ECHOED'],
  ] as const;

  test.for(pairs)('%s and %s are both told', ([first, second], { expect }) => {
    const diagnosis = tell(STORIES[first], STORIES[second]);
    const causes = diagnosis.hypotheses
      .filter(({ role }) => role === 'cause')
      .map(({ hypothesis }) => hypothesis);

    expect(diagnosis.state).toBe('several causes');
    expect(causes.toSorted()).toEqual([first, second].toSorted());
  });

  test('a wrong revision stands before everything seen on it', () => {
    const diagnosis = tell(STORIES.STALE_DEPLOYMENT, STORIES.TOKEN_ECHOED);

    expect(diagnosis.hypotheses[0]).toMatchObject({ hypothesis: 'STALE_DEPLOYMENT', role: 'cause' });
    expect(diagnosis.hypotheses.find(({ hypothesis }) => hypothesis === 'TOKEN_ECHOED')).toMatchObject({
      role: 'secondary',
      under: 'STALE_DEPLOYMENT',
    });
  });
});

describe('a target that is something else', () => {
  const everywhere = (status: number, headers: Readonly<Record<string, string>>) => {
    const run = new SampleRun();
    const outcome = {
      kind: 'answered',
      status,
      headers,
      bodySample: '',
      bodyBytes: 0,
      bodyCut: false,
    } as const;
    run.rung('health', 'HLT-DOWN', [run.http('/health', outcome)]);
    run.http('/api/system/info', outcome);
    return diagnose(run.record(), run.evidence);
  };

  test.for([302, 307, 404])(
    'is a wrong target when every path is answered by HTTP %i',
    (status, { expect }) => {
      const headers = status === 404 ? {} : { location: 'https://login.example/start?next=secret' };
      const diagnosis = everywhere(status, headers);

      expect(diagnosis.state).toBe('one cause');
      const down = diagnosis.hypotheses.find(({ hypothesis }) => hypothesis === 'SERVICE_DOWN');
      expect(down?.role).toBe('excluded');
      expect(diagnosis.hypotheses[0]).toMatchObject({ hypothesis: 'WRONG_TARGET', owner: 'operations' });
      expect(diagnosis.hypotheses[0]?.title).toContain(
        `every HTTP answer, 2 of 2, was ${status}${status === 404 ? '' : ' to https://login.example/start)'}`,
      );
    },
  );

  test('is not, when one path is served', () => {
    const run = new SampleRun();
    run.rung('health', 'HLT-DOWN', [run.http('/health', 404)]);
    run.http('/api/system/info', 200);

    expect(diagnose(run.record(), run.evidence).hypotheses[0]?.hypothesis).toBe('UNKNOWN');
  });
});

describe('an unknown cause', () => {
  test('tells what all answers have in common, and cites them', () => {
    const run = new SampleRun();
    run.rung('health', 'HLT-DOWN', [run.http('/health', 418)]);
    run.http('/api/system/info', 418);
    const [top] = diagnose(run.record(), run.evidence).hypotheses;

    expect(top?.hypothesis).toBe('UNKNOWN');
    expect(top?.title).toContain('every HTTP answer, 2 of 2, was 418');
    expect(top?.for).toEqual(expect.arrayContaining(['m-3', 'm-4']));
  });

  test('tells that no request was answered, and does not call that down', () => {
    const run = new SampleRun();
    const silent = { kind: 'censored', phase: 'request', budgetMs: 20_000 } as const;
    run.rung('health', null, [run.http('/health', silent), run.http('/', silent)]);
    const [top] = diagnose(run.record(), run.evidence).hypotheses;

    expect(top?.hypothesis).toBe('UNKNOWN');
    expect(top?.title).toContain('no HTTP request was answered, 2 of 2');
    expect(top?.title).not.toContain('down');
    // What would explain anything is no answer to "what next".
    expect(top?.next).not.toContain('STALE_DEPLOYMENT');
    expect(top?.next).not.toContain('HARNESS_FAULT');
  });
});

describe('behaviours of a target that tells no revision', () => {
  const behaved = (...welcomes: readonly ('W3' | 'canonical')[]) => {
    const run = new SampleRun();
    const ids = welcomes.map(() => run.http('/health', 200));
    run.red('AGENT-01', ['WS-CLOSE-INTERNAL-ERROR']).red('AUTH-06', ['SEC-TOKEN-ECHO']);
    const seen = welcomes.map((value, at) => ({
      behaviour: 'welcome' as const,
      value,
      count: 1,
      firstAtMs: 1,
      lastAtMs: 2,
      evidence: ids[at] ?? '',
    }));
    const fingerprint = { expected: { generation: 'reference' as const }, seen };
    const revision = { expected: null, policy: 'fingerprint' as const, readings: [], fingerprint };
    return { ids, top: diagnose(run.record({ revision }), run.evidence).hypotheses[0] };
  };

  test('show a stale deployment by the record of the behaviour that differs', () => {
    const { ids, top } = behaved('W3');

    expect(top).toMatchObject({ hypothesis: 'STALE_DEPLOYMENT', role: 'cause' });
    expect(JSON.stringify(top?.for)).toContain(ids[0]);
  });

  test('show a rollout under way by records that cannot be of one build', () => {
    const { ids, top } = behaved('canonical', 'W3');

    expect(top).toMatchObject({ hypothesis: 'MIXED_ROLLOUT', role: 'cause' });
    for (const id of ids) expect(JSON.stringify(top?.for)).toContain(id);
  });

  test('are no cause where they are those that were expected', () => {
    expect(behaved('canonical').top?.hypothesis).not.toMatch(/STALE|MIXED/);
  });
});

describe('a text that is no revision', () => {
  test.for(['<script>alert(1)</script>', '', 'x'.repeat(4_096), 'unknown', 'two words'])(
    'is no evidence for another deployment: %j',
    (text, { expect }) => {
      const run = new SampleRun();
      const id = run.http('/api/system/info', 200);
      run.red('AGENT-01', ['WS-CLOSE-INTERNAL-ERROR']).red('AUTH-06', ['SEC-TOKEN-ECHO']);
      const revision = {
        expected: SAMPLE_REVISION,
        policy: 'required',
        readings: [reading(text, id)],
      } as const;
      const diagnosis = diagnose(
        run.record({ revision: { ...revision, readings: [...revision.readings] } }),
        run.evidence,
      );

      expect(
        diagnosis.hypotheses.filter(({ role }) => role === 'cause').map(({ hypothesis }) => hypothesis),
      ).not.toContain('STALE_DEPLOYMENT');
    },
  );

  test('is no second revision either', () => {
    const run = new SampleRun();
    const ids = [run.http('/api/system/info', 200), run.http('/api/system/info', 200)];
    const readings = [reading(SAMPLE_REVISION, ids[0] ?? ''), reading('<b>', ids[1] ?? '')];
    const revision = { expected: SAMPLE_REVISION, policy: 'required', readings } as const;

    expect(diagnose(run.record({ revision: { ...revision, readings } }), run.evidence).state).toBe(
      'nothing red',
    );
  });
});

describe('attribution', () => {
  test('hangs every bad check under one cause, a blocked one under that of its root', () => {
    const run = new SampleRun();
    run.rung('readiness', 'HLT-NOT-READY', [run.http('/health/ready', 200, NOT_READY)]);
    run.blocked('AGENT-01', 'readiness').blocked('AGENT-02', 'AGENT-01').red('AUTH-06', ['SEC-TOKEN-ECHO']);
    run.red('X-01', ['NOBODY-KNOWS']);
    const diagnosis = diagnose(run.record(), run.evidence);
    const checksOf = (name: string) =>
      diagnosis.hypotheses.find(({ hypothesis }) => hypothesis === name)?.checks;

    expect(checksOf('READINESS_DEGRADED')).toEqual(['AGENT-01', 'AGENT-02']);
    expect(checksOf('TOKEN_ECHOED')).toEqual(['AUTH-06']);
    expect(diagnosis.unattributed).toEqual(['X-01']);
    expect(diagnosis.headline).toBe('2 causes, 3 checks; 1 check unattributed');
  });

  test('says that nothing is red, whatever the evidence', () => {
    expect(diagnose(new SampleRun().record({ checks: [] }), []).state).toBe('nothing red');
  });

  test('looks for no cause of what an interrupted run did not come to', () => {
    const cutOff = { state: 'interrupted', signal: 'SIGINT', checks: [sampleCheck('not-run')] } as const;
    const diagnosis = diagnose(new SampleRun().record({ ...cutOff, checks: [...cutOff.checks] }), []);

    expect(diagnosis).toMatchObject({ state: 'interrupted', hypotheses: [], unattributed: [] });
    expect(diagnosis.headline).toContain('interrupted by SIGINT');
    expect(diagnosis.headline).toContain('no cause is looked for');
  });

  test('still explains what was red before an interruption', () => {
    const [record, evidence] = stored(STORIES.TOKEN_ECHOED);
    const checks = [...record.checks, sampleCheck('not-run', { id: 'AUTH-09' })];

    expect(diagnose({ ...record, state: 'interrupted', signal: 'SIGINT', checks }, evidence)).toMatchObject({
      state: 'one cause',
      headline: '1 cause, 1 check',
    });
  });
});

describe('the labels', () => {
  test('stay when every name of the run is another one', () => {
    for (const [name, story] of Object.entries(STORIES)) {
      const [record, evidence] = stored(story);
      const rename = (text: string): string =>
        text
          .replaceAll(/\b(?:AGENT|AUTH|HS|ISO|CORE|RES)-0(\d)\b/g, 'ZZ-4$1')
          .replaceAll(/\bm-(\d+)\b/g, 'q$1-7');
      const renamed = runRecordSchema.parse(JSON.parse(rename(JSON.stringify(record))));
      const lines = evidence.map((one) => parseEvidenceLine(rename(JSON.stringify(one)), name));

      expect(diagnose(renamed, lines).hypotheses[0]?.hypothesis, name).toBe(name);
    }
  });

  test('give a query for the log of the target: window, run, agent and trace', () => {
    const [top] = tell(STORIES.HANDLER_CRASH).hypotheses;

    expect(top?.logQuery).toMatch(
      /^timestamp>="2026-.+Z" AND timestamp<="2026-.+Z" AND \("20260301T100000Z-local-0a1b2c" OR "(?:ab){16}" OR httpRequest\.userAgent="stagegate\/0\.1\.0"\)$/,
    );
  });
});

describe('the history', () => {
  test('is contradicted when an earlier run named another cause for the same symptom', () => {
    const [record, evidence] = stored(STORIES.HANDLER_CRASH);
    const history = [
      { runId: 'r1', cause: 'AUTH_REJECTED', symptoms: ['WS-CLOSE-INTERNAL-ERROR 1011'] },
      { runId: 'r2', cause: 'HANDLER_CRASH', symptoms: ['WS-CLOSE-INTERNAL-ERROR 1011'] },
      { runId: 'r3', cause: 'CLOCK_SKEW', symptoms: ['HLT-CLOCK-SKEW'] },
    ];

    expect(diagnose({ ...record, history }, evidence).contradicts).toEqual([
      { runId: 'r1', hypothesis: 'AUTH_REJECTED', symptoms: ['WS-CLOSE-INTERNAL-ERROR 1011'] },
    ]);
  });
});
