import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Invocation } from '../launch/invocation.ts';
import { runOptions, type RunOptions } from './run-options.ts';

const optionsOf = (flags: Invocation['flags']): RunOptions =>
  runOptions({
    root: '/project',
    command: 'run',
    flags,
    positionals: [],
    version: '0.1.0',
    earlySignal: () => null,
    importVitest: async () => import('vitest/node'),
    bundleTypeScript: async () => new Map(),
    bundlePage: async () => ({ script: '', style: '', body: () => '' }),
  });

describe('options of run', () => {
  test('have safe defaults', () => {
    const options = optionsOf({});

    expect(options).toMatchObject({
      environment: 'local',
      faults: [],
      repeat: 1,
      shuffle: false,
      acceptConditional: false,
      list: false,
      policyFile: null,
      expectRevision: null,
      reports: join('/project', 'reports'),
      filters: { suites: [], checks: [], pattern: null, shard: null },
      smoke: false,
    });
    expect(options.seed).toBeGreaterThan(0);
  });

  test('take what is given', () => {
    expect(
      optionsOf({
        env: 'staging-2',
        suite: ['auth', 'api'],
        check: ['AUTH-01'],
        'test-name-pattern': 'token',
        shard: '1/2',
        repeat: '3',
        seed: '7',
        out: '/elsewhere',
        'expect-revision': 'abc1234',
      }),
    ).toMatchObject({
      environment: 'staging-2',
      repeat: 3,
      seed: 7,
      reports: '/elsewhere',
      expectRevision: 'abc1234',
      filters: {
        suites: ['auth', 'api'],
        checks: ['AUTH-01'],
        pattern: 'token',
        shard: { index: 1, count: 2 },
      },
    });
  });

  test('ask of a shard the seed that all shards of its run share', () => {
    expect(() => optionsOf({ shard: '1/2' })).toThrow(
      /expected --seed beside --shard, the same for all shards/,
    );
    expect(optionsOf({ shard: '1/2', seed: '7' }).seed).toBe(7);
    expect(optionsOf({ shard: '1/2', list: true }).list).toBe(true);
  });

  test('let faults and a time scale work on the embedded backend only', () => {
    expect(optionsOf({ fault: ['silent-agent', 'x=1'], 'time-scale': '0.5' })).toMatchObject({
      faults: ['silent-agent', 'x=1'],
      timeScale: 0.5,
    });
    for (const flags of [{ fault: ['silent-agent'] }, { 'time-scale': '0.5' }]) {
      expect(() => optionsOf({ env: 'staging', ...flags })).toThrow(
        expect.objectContaining({ code: 'USAGE' }),
      );
    }
  });
});
