import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Evidence, EvidenceBody } from './evidence.ts';
import { METRIC_NAMES, METRICS, metricSchema, metricsOf } from './metric.ts';

const root = join(import.meta.dirname, '../..');
const evidence = (list: readonly (readonly [string | null, EvidenceBody])[]): readonly Evidence[] =>
  list.map(([check, body], at) => ({
    id: `w1-${at + 1}`,
    check,
    atMs: at,
    wallTime: '2026-03-01T10:00:00.000Z',
    body,
  }));
const welcome = (values: readonly number[], missing = 0) =>
  ({
    kind: 'sample',
    name: 'welcome',
    unit: 'ms',
    of: 'target',
    values,
    missing,
  }) as const;

describe('metrics of a run', () => {
  test('sum up the series of their own check, over all its attempts', () => {
    const found = metricsOf(
      evidence([
        ['PERF-04', welcome([1, 2, 3])],
        ['PERF-05', welcome([900])],
        ['PERF-04', welcome([5, 9], 1)],
        ['PERF-04', { ...welcome([700]), unit: 'bytes' }],
      ]),
    );

    expect(found).toEqual([
      {
        name: 'welcome',
        unit: 'ms',
        n: 5,
        missing: 1,
        min: 1,
        max: 9,
        mean: 4,
        p50: 3,
        p95: null,
        p99: null,
        stuck: false,
        evidence: ['w1-1', 'w1-3'],
      },
    ]);
    expect(found.map((metric) => metricSchema.parse(metric))).toEqual(found);
  });

  test('count the attempts that a share stands on, and one for a single reading', () => {
    const measure = { kind: 'measure', of: 'target' } as const;
    const found = metricsOf(
      evidence([
        ['PERF-01', { ...measure, name: 'connection success', unit: 'ratio', value: 1, n: 24 }],
        [null, { ...measure, name: 'readiness answer', unit: 'ms', value: 4 }],
        [null, { ...measure, name: 'readiness answer', unit: 'ms', value: 6 }],
      ]),
    );

    expect(found.map(({ name, n, min, max }) => [name, n, min, max])).toEqual([
      ['readiness answer', 2, 4, 6],
      ['connection success', 24, 1, 1],
    ]);
  });

  test('are null where there is no value, never zero, and nothing for a name that was not recorded', () => {
    expect(metricsOf([])).toEqual([]);
    expect(metricsOf(evidence([['PERF-04', welcome([], 24)]]))).toMatchObject([
      { n: 0, missing: 24, min: null, max: null, mean: null, p95: null },
    ]);
  });

  test('leave out figures of our own and names that every object inherits', () => {
    const own: EvidenceBody = { kind: 'measure', name: 'welcome', unit: 'ms', value: 1, of: 'harness' };
    const inherited: EvidenceBody = { ...own, name: 'toString', of: 'target' };

    expect(
      metricsOf(
        evidence([
          ['PERF-04', own],
          ['PERF-04', inherited],
        ]),
      ),
    ).toEqual([]);
  });

  test('say that a series never moved', () => {
    expect(metricsOf(evidence([['PERF-04', welcome(Array.from({ length: 10 }, () => 5))]]))[0]?.stuck).toBe(
      true,
    );
  });

  test.each(METRIC_NAMES)('%s is measured by a check of the plan, under this name', (name) => {
    const { check } = METRICS[name];
    const plan = readFileSync(join(root, 'suites/plan.json'), 'utf8');
    const sources = ['lib/harness', 'lib/probes', 'suites/performance'].flatMap((folder) =>
      readdirSync(join(root, folder))
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
        .map((file) => readFileSync(join(root, folder, file), 'utf8')),
    );
    // Names of API latencies are put together from method and path.
    const words = name.replace(/^GET (\S+).*$/, '$1').replace(', 10 users', ',');

    expect(check === null || plan.includes(`"${check}"`)).toBe(true);
    expect(sources.some((text) => text.includes(words))).toBe(true);
  });
});
