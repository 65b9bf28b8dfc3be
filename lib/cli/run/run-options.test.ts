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

  test.each([
    ['repeat', '0'],
    ['repeat', '1001'],
    ['repeat', '1.5'],
    ['repeat', 'many'],
    ['repeat', ' '],
    ['repeat', 'NaN'],
    ['repeat', 'Infinity'],
    ['seed', '0'],
    ['seed', '2147483648'],
    ['seed', '1e99'],
    ['time-scale', '0'],
    ['time-scale', '2'],
    ['time-scale', 'fast'],
  ])('refuse --%s %s, naming flag, range and value', (flag, value) => {
    expect(() => optionsOf({ [flag]: value })).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: expect.stringMatching(new RegExp(`^expected --${flag} to be a .* from .* to .*, got `)),
      }),
    );
  });

  test.each(['Staging', '../etc', 'a b', '1st', 'x=y', ''])('refuse %j as an environment', (env) => {
    expect(() => optionsOf({ env })).toThrow(expect.objectContaining({ code: 'USAGE' }));
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
