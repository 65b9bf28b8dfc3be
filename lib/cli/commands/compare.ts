import { HarnessError } from '../../foundation/errors.ts';
import { compareRuns } from '../../gate/compare-runs.ts';
import { ExitCode } from '../../gate/exit-code.ts';
import { COMPARISON_RULE } from '../../gate/metric-comparison.ts';
import { baselineLine, metricText } from '../../reporting/baseline-text.ts';
import { storedRun } from '../record/baseline-run.ts';
import type { Invocation } from '../launch/invocation.ts';
import { reportsFolder } from '../launch/reports-folder.mjs';
import { runFolder } from '../record/stored-run.ts';

/** Compares two stored runs: exits with 1 when a check fails anew or a metric got worse, with 3 when they are not comparable or a check is not judged any more. */
export async function compare(invocation: Invocation): Promise<number> {
  const [before, after, ...more] = invocation.positionals;
  if (before === undefined || after === undefined || more.length > 0) {
    throw new HarnessError('USAGE', `expected two runs to compare, got ${invocation.positionals.length}`, {
      next: 'npm run stagegate -- compare EARLIER LATER',
    });
  }
  const reports = reportsFolder(invocation.root, null);
  if (runFolder(reports, before) === runFolder(reports, after)) {
    throw new HarnessError(
      'USAGE',
      `expected two runs to compare, got one run twice: ${runFolder(reports, after)}`,
      {
        next: 'A run is always like itself: name an earlier run first, as compare EARLIER LATER.',
      },
    );
  }
  const stored = (run: string): ReturnType<typeof storedRun> =>
    storedRun(runFolder(reports, run), invocation.version);
  const compared = compareRuns(stored(before), stored(after));
  const lines = [
    baselineLine(compared),
    ...compared.checks.map(
      ({ id, standing, before: was, after: is }) =>
        `  ${standing.padEnd(10)} ${id}  ${was ?? '-'} -> ${is ?? '-'}`,
    ),
    ...compared.metrics.map((metric) => `  ${metricText(metric)}`),
    ...(compared.metrics.length === 0 ? [] : [`rule: ${COMPARISON_RULE}`]),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  const isWorse =
    compared.checks.some(({ standing }) => standing === 'new-fail') ||
    compared.metrics.some(({ standing }) => standing === 'worse');
  if (isWorse) return ExitCode.NoGo;
  const isLost = compared.checks.some(({ standing }) => standing === 'lost' || standing === 'removed');
  return compared.differences.length === 0 && !isLost ? ExitCode.Go : ExitCode.Inconclusive;
}
