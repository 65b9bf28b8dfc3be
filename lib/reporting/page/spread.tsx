import type { JSX } from 'preact';
import type { LatencyRow } from './page-data.ts';

/** Values that the small plot of a row draws. */
const MAX_DOTS = 120;

/** The values of a sample as dots above a line of their own range, those of the baseline below it, each with its median. */
export function Spread({ row }: { readonly row: LatencyRow }): JSX.Element {
  const before = row.baseline?.values ?? [];
  const medianBefore = row.baseline?.median ?? null;
  const high = Math.max(...row.values, ...before, medianBefore ?? 0, 0);
  const x = (value: number): number => Math.round((high === 0 ? 4 : 4 + (value / high) * 112) * 10) / 10;
  const dots = (values: readonly number[], y: number): string =>
    someOf(values)
      .map((value) => `M${x(value) - 2} ${y}a2 2 0 1 0 4 0a2 2 0 1 0 -4 0`)
      .join('');
  const hasBefore = before.length > 0;
  return (
    <svg class="spread" width="120" height="20" viewBox="0 0 120 20" aria-hidden="true">
      <path class="axis" d="M4 10 L116 10" />
      <path class="now" d={dots(row.values, hasBefore ? 6 : 10)} />
      <path class="earlier" d={dots(before, 14)} />
      {row.median === null ? null : (
        <path class="median" d={`M${x(row.median)} 1 L${x(row.median)} ${hasBefore ? 10 : 19}`} />
      )}
      {medianBefore === null ? null : (
        <path class="before" d={`M${x(medianBefore)} 10 L${x(medianBefore)} 19`} />
      )}
    </svg>
  );
}

/** Evenly taken values of a sorted list, its ends among them. */
function someOf(values: readonly number[]): readonly number[] {
  const step = Math.ceil(values.length / MAX_DOTS);
  return values.filter((_, at) => at % step === 0 || at === values.length - 1);
}
