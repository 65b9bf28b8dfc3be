import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { diagnose } from '../../diagnosis/diagnose.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import type { RunRecord } from '../../evidence/run-record.ts';
import { sampleAttempt, sampleCheck, sampleRecord } from '../../evidence/testing/sample-record.ts';
import { decide } from '../../gate/decide.ts';
import type { PageView } from '../page/page-data.ts';
import { reportHtml } from './report-html.ts';

const HOSTILE = '</script><img src=x onerror=alert(1)><!--';
const SCRIPT = 'start("é")';
const STYLE = 'body{margin:0}';

function pageOf(record: RunRecord, evidence: readonly Evidence[] = []): { html: string; view: PageView } {
  const views: PageView[] = [];
  const html = reportHtml({
    record,
    decision: decide(record),
    diagnosis: diagnose(record, evidence),
    rules: () => ({ nextStep: 'Look.' }),
    evidence,
    program: { script: SCRIPT, style: STYLE, body: (view) => (views.push(view), '<main></main>') },
  });
  const [view] = views;
  if (view === undefined) throw new TypeError('expected the body to be rendered once');
  return { html, view };
}

function dataOf(html: string): unknown {
  const text = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)?.[1];
  return JSON.parse(text ?? 'null');
}

const failed = sampleCheck('failed', {
  id: 'AGENT-02',
  attempts: [
    sampleAttempt('failed', {
      violations: [
        { rule: 'ORD-X', expected: HOSTILE, actual: HOSTILE, where: 'event 3', evidence: ['w1-1'] },
      ],
    }),
  ],
});

const message: Evidence = {
  id: 'w1-1',
  check: 'AGENT-02',
  atMs: 12.3456,
  wallTime: '2026-03-01T10:00:00.012Z',
  body: {
    kind: 'ws.message',
    connection: 'c-1',
    direction: 'in',
    seq: 1,
    bytes: 90,
    binary: false,
    type: HOSTILE,
    sample: HOSTILE,
  },
};

describe('report.html', () => {
  test('allows nothing but its own script and style, by hash', () => {
    const { html } = pageOf(sampleRecord());
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1];

    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hash(SCRIPT)}`,
      `style-src ${hash(STYLE)}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(html).toContain(`<script>${SCRIPT}</script>`);
    expect(html).toContain(`<style>${STYLE}</style>`);
  });

  test('holds text of a target as data: no tag can begin in it', () => {
    const { html } = pageOf(sampleRecord({ checks: [failed] }), [message]);

    expect(html).not.toContain('<img');
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(JSON.stringify(dataOf(html))).toContain(JSON.stringify(HOSTILE).slice(1, -1));
  });

  test('is the same for the same record', () => {
    const record = sampleRecord({ checks: [failed] });

    expect(pageOf(record, [message]).html).toBe(pageOf(record, [message]).html);
  });

  test('says decision, counts, revision and the missing baseline before any script runs', () => {
    const { view } = pageOf(sampleRecord({ checks: [failed] }), [message]);

    expect(view.decision).toEqual({ text: 'NO-GO', tone: 'bad' });
    expect(view.axes.map(({ answer }) => answer.text)).toEqual(['no', 'not stated']);
    expect(view.ledger).toMatch(/^1 planned = 0 passed \+ 1 failed/);
    expect(view.baseline.text).toMatch(/^no baseline/);
    expect(view.groups.map(({ root, rule }) => [root, rule])).toEqual([['AGENT-02', 'ORD-X']]);
    expect(view.proof).toMatch(/^not proven in this run/);
  });

  test('tells what changed since the baseline, by check and by metric', () => {
    const record = sampleRecord({
      baseline: {
        kind: 'compared',
        runId: 'earlier',
        decision: 'GO',
        revision: null,
        decidedAt: '2026-02-28T10:00:00.000Z',
        differences: [],
        checks: [{ id: 'AGENT-01', standing: 'fixed', before: 'failed', after: 'passed' }],
        metrics: [
          {
            check: 'PERF-03',
            name: 'opening handshake',
            unit: 'ms',
            standing: 'worse',
            n: [24, 24],
            medians: [2, 3],
            shift: 1,
            delta: 0.5,
            p: 0.001,
            before: [1, 2, 3],
          },
        ],
      },
    });
    const sample: Evidence = {
      ...message,
      check: 'PERF-03',
      body: {
        kind: 'sample',
        name: 'opening handshake',
        unit: 'ms',
        of: 'target',
        values: [3, 1, 2],
        missing: 1,
      },
    };

    const { html, view } = pageOf(record, [sample]);

    expect(view.baseline.changes.map(({ id, word }) => [id, word.text])).toEqual([['AGENT-01', 'fixed']]);
    expect(view.baseline.metrics[0]).toContain('PERF-03 opening handshake: worse');
    expect(dataOf(html)).toMatchObject({
      latency: [
        {
          values: [1, 2, 3],
          missing: 1,
          median: 2,
          n: 3,
          baseline: { word: { text: 'worse', tone: 'bad' }, median: 2, values: [1, 2, 3] },
        },
      ],
    });
  });

  test('holds each limit of the policy against what was measured, and what does not hold first', () => {
    const record = sampleRecord({
      metrics: [
        {
          name: 'welcome',
          unit: 'ms',
          n: 24,
          missing: 0,
          min: 10,
          max: 90,
          mean: 50,
          p50: 45,
          p95: 85,
          p99: null,
          stuck: false,
          evidence: ['w1-7'],
        },
      ],
    });
    const { resolved } = record.policy;
    const rule = { metric: 'welcome', operator: '<=', unit: 'ms', minSamples: 20 };
    const limitedBy = (thresholds: readonly object[]): RunRecord => ({
      ...record,
      policy: {
        ...record.policy,
        resolved: { ...(typeof resolved === 'object' ? resolved : {}), thresholds },
      },
    });
    const limited = limitedBy([
      { ...rule, limit: 5_000 },
      { ...rule, statistic: 'p95', limit: 80 },
      { ...rule, metric: 'first event', limit: 4_000 },
    ]);

    const { policy, rows } = pageOf(limited).view.thresholds;

    expect(policy).toBe(record.policy.name);
    expect(
      rows.map(({ metric, limit, observed, n, word }) => [metric, limit, observed, n, word.text]),
    ).toEqual([
      ['welcome', 'p95 ≤ 80 ms', '85 ms', 24, 'exceeded'],
      ['first event', 'worst ≤ 400 ms', null, null, 'undecided'],
      ['welcome', 'worst ≤ 500 ms', '90 ms', 24, 'held'],
    ]);
    expect(rows[0]).toMatchObject({ asWritten: null, check: 'PERF-04', evidence: ['w1-7'] });
    expect(rows[2]).toMatchObject({ asWritten: '5000 ms at time scale 1' });
    expect(pageOf(limited).view.next.title).toBe('No check is red, a limit is broken');
    expect(pageOf(limitedBy([])).view.thresholds.rows).toEqual([]);
    expect(pageOf(sampleRecord()).view.next.title).toBe('Nothing is red');
  });

  test('shows no figure of a run in which several revisions answered', () => {
    const reading = { source: 's', firstAtMs: 1, lastAtMs: 2, count: 1, evidence: 'w1-1' };
    const attempts = [sampleAttempt('passed', { occurred: 'welcome: p95 of 24 40.3 ms' })];
    const record = sampleRecord({
      checks: [sampleCheck('passed', { id: 'PERF-04', attempts })],
      revision: {
        expected: null,
        policy: 'required',
        readings: [
          { ...reading, revision: 'a'.repeat(40) },
          { ...reading, revision: 'b'.repeat(40) },
        ],
      },
    });
    const body = { kind: 'sample', name: 'welcome', unit: 'ms', of: 'target', missing: 0 } as const;
    const sample: Evidence = { ...message, check: 'PERF-04', body: { ...body, values: [40.25, 1, 2] } };
    const told = (of: RunRecord) => {
      const { wire: _quoted, ...shown } = z
        .looseObject({ wire: z.unknown() })
        .parse(dataOf(pageOf(of, [sample]).html));
      return JSON.stringify(shown);
    };

    expect(told(record)).not.toMatch(/40\.(?:3|25)/);
    expect(told(record)).toContain('void: several revisions answered during the run');
    expect(told({ ...record, revision: { ...record.revision, readings: [] } })).toMatch(/40\.3 ms.*40\.25/);
  });
});
