import { createHash } from 'node:crypto';
import type { Diagnosis } from '../../diagnosis/diagnosis.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import type { RunRecord } from '../../evidence/run-record.ts';
import type { Decision } from '../../gate/decision.ts';
import type { PageData, PageProgram } from '../page/page-data.ts';
import type { RuleLookup } from '../red-group.ts';
import { checkRows } from './check-rows.ts';
import { latencyRows } from './latency-rows.ts';
import { pageView } from './page-view.ts';
import { serviceView } from './service-view.ts';
import { areFiguresVoid, withoutFigures, withoutValues } from './void-figures.ts';
import { wireColumns } from './wire-columns.ts';

/** What the page is made of. */
export interface HtmlSource {
  readonly record: RunRecord;
  readonly decision: Decision;
  readonly diagnosis: Diagnosis;
  readonly rules: RuleLookup;
  readonly evidence: readonly Evidence[];
  readonly program: PageProgram;
}

/**
 * The run as one page that works from a disk: its policy allows the one script and the one style that stand in it, by
 * hash, and no request at all. The data is a block of its own, never part of the script.
 */
export function reportHtml({ record, decision, diagnosis, rules, evidence, program }: HtmlSource): string {
  const view = pageView(record, decision, diagnosis, rules, evidence);
  const citedByCauses = new Set(diagnosis.hypotheses.flatMap((one) => [...one.for, ...one.against]));
  const isVoid = areFiguresVoid(record);
  const data: PageData = {
    run: { startedAt: record.startedAt, timeScale: record.timeScale },
    checks: checkRows(isVoid ? withoutFigures(record) : record),
    wire: wireColumns(record, evidence, citedByCauses),
    latency: latencyRows(record, evidence).map((row) => (isVoid ? withoutValues(row) : row)),
    service: serviceView(evidence),
  };
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(program.script)}'`,
    `style-src '${hashOf(program.style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    '<link rel="icon" href="data:,">',
    `<title>${escapeHtml(`${decision.headline} ${record.target.environment} ${record.runId}`)}</title>`,
    `<style>${program.style}</style>`,
    '</head>',
    '<body>',
    program.body(view),
    `<script type="application/json" id="data">${jsonBlock(data)}</script>`,
    `<script>${program.script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** JSON in which no tag can begin, so that a script element ends where it should (HTML §13.2.5.4). */
function jsonBlock(data: PageData): string {
  return JSON.stringify(data).replaceAll('<', String.raw`\u003c`);
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
