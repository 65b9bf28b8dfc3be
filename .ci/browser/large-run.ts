import type { Evidence } from '../../lib/evidence/evidence.ts';
import type { ReportFile } from '../../lib/reporting/report-files.ts';
import { changedRun } from './changed-run.ts';

/** A text that would run, were it anything but text. */
export const HOSTILE = '</script><img src=x onerror="alert(1)"><!--';

/** The report files of a run of `count` records, made of a stored one: its evidence again and again, on a longer clock. */
export async function largeRun(folder: string, count: number): Promise<readonly ReportFile[]> {
  return changedRun(folder, ({ record, evidence }) => ({ record, evidence: repeated(evidence, count) }));
}

function repeated(evidence: readonly Evidence[], count: number): readonly Evidence[] {
  const last = evidence.at(-1);
  if (last === undefined) throw new TypeError('expected a run with evidence');
  return Array.from({ length: count }, (_, at): Evidence => {
    const one = evidence[at % evidence.length] ?? last;
    const round = Math.floor(at / evidence.length);
    return {
      ...one,
      id: `w${round}-${at}`,
      atMs: one.atMs + round * last.atMs,
      body: renamed(one.body, round, at),
    };
  });
}

/** Connections of their own for each round, and every hundredth message says something hostile. */
function renamed(body: Evidence['body'], round: number, at: number): Evidence['body'] {
  if (body.kind === 'ws.message' && at % 100 < 2) {
    return {
      ...body,
      connection: `${body.connection}-${round}`,
      type: HOSTILE,
      sample: `{"text":"${HOSTILE}"`,
    };
  }
  return 'connection' in body ? { ...body, connection: `${body.connection}-${round}` } : body;
}
