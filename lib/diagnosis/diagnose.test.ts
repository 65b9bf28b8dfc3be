import { describe, expect, test } from 'vitest';
import { SAMPLE_REVISION } from '../evidence/testing/sample-record.ts';
import { parseEvidenceLine } from '../evidence/evidence-line.ts';
import { type RunRecord, runRecordSchema } from '../evidence/run-record.ts';
import { diagnose } from './diagnose.ts';
import { diagnosisSchema } from './diagnosis.ts';
import { HYPOTHESES, type HypothesisName } from './hypothesis.ts';
import { RULE_BOOK } from './rule-book.ts';
import { SampleRun } from './testing/sample-run.ts';

type Story = (run: SampleRun) => Partial<RunRecord> | void;

const READY = {
  status: 'ready',
  websocket_readiness: { status: 'healthy', websocket_ready: true, details: { state: 'websocket_ready' } },
};
const NOT_READY = {
  status: 'ready',
  websocket_readiness: {
    status: 'unhealthy',
    websocket_ready: false,
    details: { state: 'failed', failed_services: ['database', 'auth_validation'] },
  },
};
const reading = (revision: string | null, evidence: string) => ({
  source: 'GET /api/system/info',
  revision,
  firstAtMs: 1,
  lastAtMs: 2,
  count: 3,
  evidence,
});

/** One story per hypothesis: what a run of it looks like at the least. */
const STORIES: Readonly<Record<Exclude<HypothesisName, 'UNKNOWN'>, Story>> = {
  HARNESS_FAULT: (run) => {
    run.red('AGENT-01', ['TIM-GAP']);
    run.add({
      kind: 'probe',
      probe: 'own-client',
      answer: false,
      text: 'our client fails against our own backend',
    });
  },
  STALE_DEPLOYMENT: (run) => {
    const id = run.http('/api/system/info', 200);
    run.rung('revision', 'HLT-REVISION-STALE', [id]).red('AGENT-01', ['WS-CLOSE-INTERNAL-ERROR']);
    return {
      revision: { expected: SAMPLE_REVISION, policy: 'required', readings: [reading('b'.repeat(40), id)] },
    };
  },
  MIXED_ROLLOUT: (run) => {
    const ids = [run.http('/api/system/info', 200), run.http('/api/system/info', 200)];
    return {
      revision: {
        expected: SAMPLE_REVISION,
        policy: 'required',
        readings: [reading('b'.repeat(40), ids[0] ?? ''), reading(SAMPLE_REVISION, ids[1] ?? '')],
      },
    };
  },
  WRONG_TARGET: (run) => {
    run.rung('environment', 'HLT-ENVIRONMENT', [run.http('/health', 200)]);
  },
  NETWORK_TLS_DNS: (run) => {
    run.rung('transport', 'HLT-TLS', [run.add({ kind: 'note', text: 'certificate has expired' })]);
  },
  COLD_START: (run) => {
    run.rung('health', 'HLT-DOWN', [
      run.http('/health', 503, { status: 'unhealthy', startup_in_progress: true }),
    ]);
    run.http('/health', 200, { status: 'healthy' });
  },
  SERVICE_DOWN: (run) => {
    const nobody = {
      kind: 'failed',
      phase: 'tcp',
      cause: 'connection refused',
      code: 'ECONNREFUSED',
    } as const;
    run.rung('health', null, [run.http('/health', nobody)]);
    run.http('/api/system/info', nobody);
  },
  CLOCK_SKEW: (run) => {
    run.rung('clock', 'HLT-CLOCK-SKEW', [run.http('/health', 200, { status: 'ok' })]);
  },
  READINESS_DEGRADED: (run) => {
    run.rung('readiness', 'HLT-NOT-READY', [run.http('/health/ready', 200, NOT_READY)]);
    run.blocked('AGENT-01', 'readiness');
  },
  BYPASS_NOT_CONFIGURED: (run) => {
    run.rung('token', 'AUTH-BYPASS-NOT-CONFIGURED', [
      run.http('/auth/e2e/test-auth', 503, {}, { auth: true }),
    ]);
  },
  AUTH_CONFIG_MISSING: (run) => {
    const ids = [...run.refused(403), ...run.refused(403, { transport: 'subprotocol-jwt-auth' })];
    run.http('/api/threads', 200, {}, { token: 'good' });
    run.rung('opening-handshake', 'WS-HANDSHAKE-REFUSED', ids);
  },
  AUTH_REJECTED: (run) => {
    const ids = [
      ...run.session({ errorFrame: true, close: { code: 1008, initiator: 'remote' } }),
      ...run.session({
        transport: 'subprotocol-jwt-auth',
        errorFrame: true,
        close: { code: 1008, initiator: 'remote' },
      }),
    ];
    run.http('/api/threads', 401, {}, { token: 'good' });
    run.rung('welcome', 'AUTH-TOKEN-REFUSED', ids);
  },
  AUTH_NOT_ENFORCED: (run) => {
    run.red('AUTH-03', ['AUTH-EXPIRED-ACCEPTED'], run.session({ token: 'bad', check: 'AUTH-03' }));
  },
  PROXY_STRIPS_AUTHORIZATION: (run) => {
    const ids = run.session({ check: 'HS-01', errorFrame: true, close: { code: 1008, initiator: 'remote' } });
    run.session({ transport: 'subprotocol-jwt-auth' });
    run.http('/api/threads', 200, {}, { token: 'good' });
    run.red('HS-01', ['WS-TRANSPORT-NOT-SERVED'], ids);
  },
  UPGRADE_NOT_FORWARDED: (run) => {
    run.rung('opening-handshake', 'WS-HANDSHAKE-REFUSED', run.refused(404));
    run.refused(404, { path: '/api/v1/websocket' });
    run.http('/health', 200, { status: 'ok' });
  },
  SUBPROTOCOL_MISMATCH: (run) => {
    const outcome = {
      kind: 'failed',
      phase: 'upgrade',
      cause: 'no subprotocol',
      code: 'SUBPROTOCOL_MISSING',
    } as const;
    run.red(
      'HS-02',
      ['WS-SUBPROTOCOL-NOT-ECHOED'],
      run.session({ check: 'HS-02', transport: 'subprotocol-jwt', outcome }),
    );
    run.session();
  },
  PROXY_IDLE_TIMEOUT: (run) => {
    run.red(
      'RES-01',
      ['WS-IDLE-CUT'],
      run.session({
        check: 'RES-01',
        close: { code: 1006, initiator: 'transport', clean: false, msSinceOpen: 3_000 },
      }),
    );
  },
  BREAKER_OPEN: (run) => {
    for (let i = 0; i < 3; i += 1)
      run.session({ token: 'bad', errorFrame: true, close: { code: 1008, initiator: 'remote' } });
    const ids = run.refused(500, { check: 'AUTH-04' });
    run.session();
    run.red('AUTH-04', ['WS-HANDSHAKE-REFUSED'], ids);
  },
  RATE_LIMITED: (run) => {
    run.rung('opening-handshake', 'WS-HANDSHAKE-REFUSED', run.refused(429));
  },
  RACE_ON_CONNECT: (run) => {
    const ids = run.session({
      check: 'AGENT-01',
      close: { code: 1011, initiator: 'remote', afterFirstClientMessage: true },
    });
    run.red('AGENT-01', ['WS-CLOSE-INTERNAL-ERROR'], ids);
    run.add({
      kind: 'dose',
      quantity: 'send-delay-ms',
      points: [
        { dose: 0, tried: 2, failed: 2 },
        { dose: 200, tried: 2, failed: 0 },
      ],
    });
  },
  HANDLER_CRASH: (run) => {
    run.http('/health/ready', 200, READY);
    run.rung(
      'welcome',
      'WS-CLOSE-INTERNAL-ERROR',
      run.session({ welcomedAs: null, close: { code: 1011, initiator: 'remote' } }),
    );
  },
  AGENT_PIPELINE_STALLED: (run) => {
    run.rung('chat-turn', 'TIM-GAP', [run.turn('silence')]);
  },
  EVENT_CONTRACT_BROKEN: (run) => {
    run.red('AGENT-01', ['ORD-REQUIRED-MISSING'], [run.turn('terminal', 'AGENT-01')]);
  },
  CROSS_USER_LEAK: (run) => {
    run.red('ISO-01', ['ISO-CANARY-LEAK'], [run.turn('terminal', 'ISO-01')]);
  },
  TOKEN_ECHOED: (run) => {
    run.red('AUTH-06', ['SEC-TOKEN-ECHO'], [run.http('/api/threads', 401)]);
  },
  API_CONTRACT_BROKEN: (run) => {
    run.red('CORE-03', ['API-MCP-MISSING'], [run.http('/api/mcp/config', 404)]);
  },
  SOCKET_CONTRACT_BROKEN: (run) => {
    run.red('HS-08', ['WS-CLOSE-UNANSWERED'], run.session({ check: 'HS-08', close: { clean: false } }));
  },
  SLOW_RESPONSES: (run) => {
    run.red('AGENT-07', ['TIM-FIRST-EVENT'], [run.turn('terminal', 'AGENT-07')]);
  },
};

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
