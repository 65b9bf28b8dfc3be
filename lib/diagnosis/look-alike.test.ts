import { describe, expect, test } from 'vitest';
import { diagnose } from './diagnose.ts';
import { SampleRun } from './testing/sample-run.ts';

const OPEN = { code: 1000, initiator: 'local', msSinceOpen: 100_000 } as const;
const CRASH = { code: 1011, initiator: 'remote', msSinceOpen: 1 } as const;

/** Labels of a run: state, then each cause and what hangs under one. */
function labels(run: SampleRun): { readonly state: string; readonly causes: readonly string[] } {
  const { state, hypotheses } = diagnose(run.record(), run.evidence);
  const told = hypotheses.filter(({ role }) => role === 'cause' || role === 'secondary');
  return { state, causes: told.map(({ hypothesis }) => hypothesis) };
}

/** Opens connections of one user that stay, then some that the target ends at once. */
function crowd(run: SampleRun, kept: number, failing: number): readonly string[] {
  for (let i = 0; i < kept; i += 1) run.session({ check: 'RES-01', subject: 'sg-many', close: OPEN });
  return Array.from({ length: failing }, () =>
    run.session({ check: 'RES-01', subject: 'sg-many', welcomedAs: null, close: CRASH }),
  ).flat();
}

describe('causes that look alike', () => {
  test('tells a limit from a crash by the connections that were open when it failed', () => {
    const limit = new SampleRun();
    limit.red('RES-01', ['WS-CLOSE-INTERNAL-ERROR'], crowd(limit, 4, 3));
    const crash = new SampleRun();
    const alone = crash.session({ check: 'RES-01', subject: 'sg-one', welcomedAs: null, close: CRASH });
    crash.red('RES-01', ['WS-CLOSE-INTERNAL-ERROR'], [...crowd(crash, 4, 3), ...alone]);

    expect(labels(limit).causes).toEqual(['RATE_LIMITED']);
    expect(labels(crash).causes).toEqual(['HANDLER_CRASH']);
  });

  test('tells a restart, which says so, from a crash', () => {
    const run = new SampleRun();
    run.rung('chat-turn', 'WS-CLOSED-BY-TARGET', run.session({ close: { code: 1012, initiator: 'remote' } }));
    run.session();

    expect(labels(run)).toEqual({ state: 'one cause', causes: ['SERVICE_DOWN'] });
  });

  test('tells users who may not come back from a service that is down', () => {
    const run = new SampleRun();
    run.session({ check: 'RES-01', subject: 'sg-back', close: OPEN });
    const refused = run.refused(503, { check: 'RES-01', subject: 'sg-back' });
    run.session({ subject: 'sg-new', close: OPEN });
    run.red('RES-01', ['WS-HANDSHAKE-REFUSED'], refused);

    expect(labels(run)).toEqual({ state: 'one cause', causes: ['SOCKET_CONTRACT_BROKEN'] });
  });

  test('tells sockets that are used up from a service that is down', () => {
    const usedUp = new SampleRun();
    usedUp.session({ subject: 'sg-early', close: OPEN });
    const refused = usedUp.refused(503, { check: 'RES-01' });
    usedUp.http('/health', 200, { status: 'ok' });
    usedUp.red('RES-01', ['WS-HANDSHAKE-REFUSED'], [...refused, ...usedUp.refused(503, { check: 'RES-01' })]);
    const down = new SampleRun();
    down.session({ subject: 'sg-early', close: OPEN });
    const gone = [...down.refused(503, { check: 'RES-01' }), ...down.refused(503, { check: 'RES-01' })];
    down.red(
      'RES-01',
      ['WS-HANDSHAKE-REFUSED'],
      [...gone, down.http('/health', 503, {}, { check: 'RES-01' })],
    );

    expect(labels(usedUp)).toEqual({ state: 'one cause', causes: ['RATE_LIMITED'] });
    expect(labels(down)).toEqual({ state: 'one cause', causes: ['SERVICE_DOWN'] });
  });

  test('tells a client that is sent away from a crash', () => {
    const away = new SampleRun();
    const ends = away.session({
      check: 'AGENT-15',
      close: { code: 1000, initiator: 'remote', reason: 'turn done', msSinceOpen: 50 },
    });
    away.red('AGENT-15', ['WS-CLOSED-BY-TARGET'], ends);
    const crash = new SampleRun();
    const cleanup = { code: 1000, initiator: 'remote', reason: 'main cleanup', msSinceOpen: 50 } as const;
    crash.red('AGENT-15', ['WS-CLOSED-BY-TARGET'], crash.session({ check: 'AGENT-15', close: cleanup }));

    expect(labels(away).causes).toEqual(['SOCKET_CONTRACT_BROKEN']);
    expect(labels(crash).causes).toEqual(['HANDLER_CRASH']);
  });

  test('lays a wrong answer at the door of another revision only where that one gave it', () => {
    const run = new SampleRun();
    const ids = [run.http('/api/system/info', 200), ...run.session({ check: 'AGENT-16' })];
    run.red('AGENT-16', ['EVT-RESULT-WRONG'], [run.turn('terminal', 'AGENT-16')]);
    const told = (revision: string, evidence: string, connections: string[]) => ({
      source: 'header x-service-revision',
      revision,
      firstAtMs: 1,
      lastAtMs: 2,
      count: 1,
      evidence,
      connections,
    });
    const causesWith = (connections: string[]): readonly string[] => {
      const readings = [
        told('a'.repeat(40), ids[0] ?? '', []),
        told('b'.repeat(40), ids[1] ?? '', connections),
      ];
      const revision = { expected: 'a'.repeat(40), policy: 'required', readings } as const;
      return diagnose({ ...run.record(), revision: { ...revision, readings: [...readings] } }, run.evidence)
        .hypotheses.filter(({ role }) => role === 'cause')
        .map(({ hypothesis }) => hypothesis);
    };

    expect(causesWith(['turns'])).toEqual(['MIXED_ROLLOUT']);
    expect(causesWith(['c-0'])).toEqual(['MIXED_ROLLOUT', 'ANSWER_WRONG']);
  });

  test('tells a health that fails with the breaker from a service that is down', () => {
    const run = new SampleRun();
    run.http('/health', 200, { status: 'ok' });
    for (let i = 0; i < 3; i += 1)
      run.session({ token: 'bad', errorFrame: true, close: { code: 1008, initiator: 'remote' } });
    const ids = [run.http('/health', 503, {}, { check: 'BRK-06' })];
    run.http('/health', 200, { status: 'ok' }, { check: 'BRK-06' });
    run.red('BRK-06', ['HLT-DOWN'], ids);

    expect(labels(run).causes).toEqual(['BREAKER_OPEN']);
  });

  test('tells an error frame before close code 1011 from a refused token', () => {
    const run = new SampleRun();
    run.rung('welcome', 'WS-CLOSE-INTERNAL-ERROR', run.session({ errorFrame: true, close: CRASH }));

    expect(labels(run).causes).toEqual(['HANDLER_CRASH']);
  });

  test('takes messages without effect for one cause, whatever they were sent for', () => {
    const run = new SampleRun();
    run.turn('terminal');
    run.red('RES-03', ['WS-MESSAGE-LOST'], [run.turn('silence', 'RES-03', null)]);
    run.red('PERF-17', ['WS-CONCURRENCY'], [run.turn('silence', 'PERF-17', null)]);
    const plain = new SampleRun();
    plain.turn('terminal');
    plain.red('AGENT-14', ['TIM-GAP'], [plain.turn('silence', 'AGENT-14', null)]);
    plain.red('RES-03', ['WS-MESSAGE-LOST'], [plain.turn('silence', 'RES-03', null)]);

    expect(labels(run)).toEqual({ state: 'one cause', causes: ['SOCKET_CONTRACT_BROKEN'] });
    expect(labels(plain)).toEqual({ state: 'one cause', causes: ['AGENT_PIPELINE_STALLED'] });
  });

  test('tells a demo mode, in which everybody is one user, from a leak', () => {
    const run = new SampleRun();
    const ids = run.session({ check: 'ISO-01', welcomedAs: 'demo-user-001' });
    run.red('ISO-01', ['ISO-IDENTITY-STICKS'], ids);

    expect(labels(run)).toEqual({ state: 'one cause', causes: ['AUTH_NOT_ENFORCED'] });
  });

  test('tells a target that contradicts itself from a wrong target', () => {
    const run = new SampleRun();
    run.red('RES-17', ['HLT-ENVIRONMENT'], [run.http('/api/system/info', 200)]);
    run.held('environment', [run.http('/health', 200)]);

    expect(labels(run)).toEqual({ state: 'one cause', causes: ['API_CONTRACT_BROKEN'] });
  });
});

describe('the order in which causes are told', () => {
  test('puts what brings a breaker about before the breaker', () => {
    const run = new SampleRun();
    const outcome = { kind: 'failed', phase: 'upgrade', cause: 'none', code: 'SUBPROTOCOL_MISSING' } as const;
    const ids = [1, 2, 3].flatMap(() =>
      run.session({ check: 'HS-02', transport: 'subprotocol-jwt', outcome }),
    );
    run.red('HS-02', ['WS-SUBPROTOCOL-NOT-ECHOED'], ids);
    run.red('BRK-01', ['AUTH-BREAKER-EAGER'], run.refused(503, { check: 'BRK-01' }));
    run.session();

    expect(labels(run)).toEqual({ state: 'one cause', causes: ['SUBPROTOCOL_MISMATCH', 'BREAKER_OPEN'] });
  });

  test('puts UNKNOWN first while more checks have no cause than any cause has', () => {
    const run = new SampleRun();
    run.red('AUTH-06', ['SEC-TOKEN-ECHO']).red('X-01', ['NOBODY-KNOWS']).red('X-02', ['NOBODY-KNOWS']);

    expect(labels(run)).toEqual({ state: 'several causes', causes: ['UNKNOWN', 'TOKEN_ECHOED'] });
  });
});
