import { describe, expect, test } from 'vitest';
import type { ProbeName } from '../evidence/probe-name.ts';
import { nextProbe } from './next-probe.ts';
import { SampleRun } from './testing/sample-run.ts';

const ended = { code: 1011, initiator: 'remote', afterFirstClientMessage: true } as const;
const next = (run: SampleRun, ...made: readonly ProbeName[]): ProbeName | null =>
  nextProbe(run.record(), run.evidence, new Set(made));

describe('the next probe', () => {
  test('is none for a run without a red', () => {
    expect(next(new SampleRun())).toBeNull();
  });

  test('is none once a wrong revision explains everything', () => {
    const run = new SampleRun();
    const evidence = run.http('/api/system/info', 200);
    run.red('AGENT-01', ['WS-CLOSE-INTERNAL-ERROR'], run.session({ check: 'AGENT-01', close: ended }));
    const reading = { source: 's', revision: 'b'.repeat(40), firstAtMs: 1, lastAtMs: 1, count: 1, evidence };
    const revision = { expected: 'a'.repeat(40), policy: 'required' as const, readings: [reading] };

    expect(nextProbe(run.record({ revision }), run.evidence, new Set())).toBeNull();
  });

  test('is the pause before the first message where a race and a crash look alike', () => {
    const run = new SampleRun();
    run.red('AGENT-01', ['WS-CLOSE-INTERNAL-ERROR'], run.session({ check: 'AGENT-01', close: ended }));
    const asked = new Set<ProbeName>();
    for (let probe = next(run); probe !== null; probe = next(run, ...asked)) asked.add(probe);

    expect(asked).toContain('send-delay');
    expect(asked).toContain('moment');
  });

  test('asks for the other path where the upgrade is answered as a plain request, once', () => {
    const run = new SampleRun();
    run.rung('opening-handshake', 'WS-HANDSHAKE-REFUSED', run.refused(404));

    expect(next(run)).toBe('other-path');
    expect(next(run, 'other-path')).not.toBe('other-path');
  });

  test('does not wait for a target to come back that redirects every request', () => {
    const run = new SampleRun();
    run.rung('health', 'HLT-DOWN', [run.http('/health', 302)]);
    run.http('/api/system/info', 302);
    const asked = new Set<ProbeName>();
    for (let probe = next(run); probe !== null; probe = next(run, ...asked)) asked.add(probe);

    expect(asked).not.toContain('repeat');
    expect(asked).not.toContain('cool-down');
  });

  test('asks nothing where the order of events alone is broken', () => {
    const run = new SampleRun();
    run.red('AGENT-01', ['ORD-REQUIRED-MISSING'], [run.turn('terminal', 'AGENT-01')]);

    expect(next(run)).toBeNull();
  });
});
