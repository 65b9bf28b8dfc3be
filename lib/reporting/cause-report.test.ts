import { Chalk } from 'chalk';
import { describe, expect, test } from 'vitest';
import type { Diagnosis, RankedHypothesis } from '../diagnosis/diagnosis.ts';
import { RULE_BOOK } from '../diagnosis/rule-book.ts';
import { UNKNOWN } from '../diagnosis/rules/unknown.ts';
import type { Hypothesis } from '../diagnosis/hypothesis.ts';
import { sampleAttempt, sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import { decide } from '../gate/decide.ts';
import { consoleReport } from './console-report.ts';
import { jobSummary } from './job-summary.ts';
import { markdownReport } from './markdown.ts';

const COLUMNS = 80;
const ROWS = 24;
const NEXT =
  'To tell it from its runner-up, see whether failures fall as the pause before the first message grows.';
const IDS = Array.from({ length: 14 }, (_, at) => `AGENT-${String(at + 1).padStart(2, '0')}`);

function ranked(
  { name, owner, remedy, title }: Hypothesis,
  fields: Partial<RankedHypothesis> = {},
): RankedHypothesis {
  return {
    hypothesis: name,
    role: 'cause',
    under: null,
    score: 0.91,
    title: `${title} (failed services: database, auth_validation; answered after 25007 ms)`,
    for: [],
    against: [],
    findings: [
      { text: 'what must be seen was seen', speaks: 'for', evidence: ['m-1', 'm-2', 'm-3', 'm-4', 'm-5'] },
      { text: 'what must not be seen was seen', speaks: 'against', evidence: ['m-9'] },
    ],
    next: NEXT,
    owner,
    remedy,
    logQuery: `timestamp>="2026-11-21T13:50:07.536Z" AND ("run" OR "${'0'.repeat(32)}")`,
    checks: IDS,
    ...fields,
  };
}

function diagnosis(hypotheses: readonly RankedHypothesis[], fields: Partial<Diagnosis> = {}): Diagnosis {
  return {
    schema: 1,
    runId: 'run',
    evidenceHash: '',
    state: hypotheses.length > 1 ? 'several causes' : 'one cause',
    headline: `${hypotheses.length} causes, 14 checks`,
    symptoms: [],
    hypotheses: [...hypotheses],
    unattributed: [],
    probes: { state: 'made', text: '' },
    contradicts: [],
    ...fields,
  };
}

const RECORD = sampleRecord({
  warnings: ['environment local ignores STAGING_BASE_URL of the process environment: '.repeat(4)],
  checks: IDS.map((id, at) =>
    at === 0
      ? sampleCheck('failed', { id })
      : sampleCheck('blocked', { id, attempts: [sampleAttempt('blocked', { id, blockedBy: 'AGENT-01' })] }),
  ),
});

function printed(explained: Diagnosis): string {
  return consoleReport(RECORD, decide(RECORD), {
    chalk: new Chalk({ level: 0 }),
    rules: () => null,
    folder: 'reports/latest',
    diagnosis: explained,
  });
}

/** The rows of a terminal, as it wraps long lines. */
function rowsOf(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => line.match(new RegExp(`.{1,${COLUMNS}}`, 'g')) ?? ['']);
}

describe('the causes on the console', () => {
  test.for([...RULE_BOOK, UNKNOWN].map((hypothesis) => [hypothesis.name, hypothesis] as const))(
    'tells cause, owner and next step of %s on the first screen',
    ([name, hypothesis]) => {
      const screen = rowsOf(printed(diagnosis([ranked(hypothesis)])))
        .slice(0, ROWS)
        .join('');

      for (const text of [name, `owner     ${hypothesis.owner}`, hypothesis.remedy, NEXT])
        expect(screen).toContain(text);
    },
  );

  test('names each of four causes with its owner and what to do on the first screen', () => {
    const four = RULE_BOOK.slice(3, 7);
    const screen = rowsOf(
      printed(diagnosis(four.map((hypothesis) => ranked(hypothesis, { title: hypothesis.title })))),
    )
      .slice(0, ROWS)
      .join('');

    for (const { name, owner, remedy } of four) {
      expect(screen).toContain(`${name} 0.91`);
      expect(screen).toContain(`owner     ${owner}`);
      expect(screen).toContain(remedy);
    }
  });

  test.for([...RULE_BOOK, UNKNOWN].map((hypothesis) => [hypothesis.name, hypothesis] as const))(
    'tells decision, %s, its owner, the next step and the report on the last screen',
    ([name, hypothesis]) => {
      const others = RULE_BOOK.filter((other) => other !== hypothesis).slice(0, 3);
      const rows = rowsOf(printed(diagnosis([hypothesis, ...others].map((one) => ranked(one)))).trimEnd());
      // The hashes of the seal wrap to four rows, and the prompt takes one.
      const screen = rows.slice(-(ROWS - 5)).join('');

      for (const text of [
        'decision  NO-GO (exit 1): users cannot chat as promised',
        `cause     ${name} (owner: ${hypothesis.owner})`,
        hypothesis.remedy,
        'report    reports/latest/report.html',
      ])
        expect(screen).toContain(text);
      for (const other of others) expect(screen).toContain(other.name);
    },
  );

  test('hangs what was brought about under its cause, and tells what hangs under none', () => {
    const [, cause, consequence] = RULE_BOOK;
    if (cause === undefined || consequence === undefined) throw new TypeError('expected rules');
    const explained = diagnosis(
      [
        ranked(cause, { checks: ['AGENT-01'] }),
        ranked(consequence, { role: 'secondary', under: cause.name, checks: ['AGENT-02'] }),
      ],
      {
        unattributed: ['AGENT-03'],
        contradicts: [{ runId: 'r0', hypothesis: 'AUTH_REJECTED', symptoms: ['WS-CLOSE 1011'] }],
      },
    );
    const text = printed(explained);
    const report = markdownReport(RECORD, decide(RECORD), () => null, explained);

    expect(text).toContain(`  with it   ${consequence.name}`);
    expect(text).toContain('unattributed 1: AGENT-03');
    expect(text).toContain(`  cause     ${cause.name}`);
    expect(text).toContain('run r0 named AUTH_REJECTED for the same symptoms: WS-CLOSE 1011');
    expect(report).toContain(`- cause: ${cause.name.replaceAll('_', '\\_')}`);
    expect(report).toContain('Unattributed: AGENT-03.');
  });

  test('is told without empty brackets or labels where a finding names no record', () => {
    const [cause, other] = RULE_BOOK;
    if (cause === undefined || other === undefined) throw new TypeError('expected rules');
    const findings = (speaks: 'for' | 'against'): RankedHypothesis['findings'] => [
      { text: 'the run says so itself', speaks, evidence: [] },
    ];
    const bare = diagnosis([
      ranked(cause, { findings: findings('for') }),
      ranked(other, { role: 'excluded', findings: findings('against') }),
    ]);
    const silent = diagnosis([ranked(cause, { findings: [] })]);
    const decision = decide(RECORD);

    for (const explained of [bare, silent]) {
      for (const text of [
        printed(explained),
        markdownReport(RECORD, decision, () => null, explained),
        jobSummary(RECORD, decision, explained),
      ]) {
        expect(text).not.toMatch(/\[\]|\(\)|\\\[\\\]/);
        expect(text).not.toMatch(/(evidence|for|against):? *$/m);
      }
    }
    expect(jobSummary(RECORD, decision, silent)).toContain('- for: nothing that was recorded');
  });
});
