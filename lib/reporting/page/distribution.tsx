import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import uPlot from 'uplot';
import { figure } from './figure.ts';
import type { LatencyRow } from './page-data.ts';
import { axes, Plot, type PlotColours, type PlotOptions } from './plot.tsx';
import { Links } from './word.tsx';

type Baseline = NonNullable<LatencyRow['baseline']>;

/** One sample as a cumulative distribution, with that of the baseline where the record has it. */
export function Distribution({ row }: { readonly row: LatencyRow }): JSX.Element {
  const { baseline } = row;
  const before = baseline?.values ?? [];
  const data = useMemo(
    (): uPlot.AlignedData => uPlot.join([cumulative(row.values), cumulative(before)]),
    [row],
  );
  const options = useMemo(
    () =>
      (colours: PlotColours): PlotOptions => ({
        legend: { show: false },
        cursor: { y: false },
        scales: { x: { time: false }, y: { range: [0, 100] } },
        axes: axes(colours, [`${row.name}, ${row.unit}`, 'share of values, %']),
        series: [
          {},
          {
            stroke: colours.accent,
            width: 2,
            spanGaps: true,
            paths: stepped,
            points: { show: row.values.length <= 60, size: 5, fill: colours.accent },
          },
          {
            stroke: colours.caution,
            width: 2,
            dash: [6, 4],
            spanGaps: true,
            paths: stepped,
            points: { show: false },
          },
        ],
        hooks: { draw: [(plot) => drawMarks(plot, row, colours)] },
      }),
    [row],
  );
  const now = `median ${figure(row.median)}, ${row.high.name} ${figure(row.high.value)} ${row.unit}`;
  return (
    <figure class="distribution">
      <figcaption>
        <strong>{row.name}</strong>
        {`: ${row.n} values, ${now}. `}
        {baseline === null ? 'The record has no baseline for it. ' : `${againstText(baseline)}. `}
        <Links to="evidence" ids={[row.evidence]} />
        {before.length === 0 ? null : (
          <ul class="legend" aria-label="Lines">
            <li>
              <svg width="26" height="10" viewBox="0 0 26 10" aria-hidden="true">
                <path class="line-now" d="M1 5 L25 5" />
              </svg>
              this run
            </li>
            <li>
              <svg width="26" height="10" viewBox="0 0 26 10" aria-hidden="true">
                <path class="line-before" d="M1 5 L25 5" />
              </svg>
              baseline
            </li>
          </ul>
        )}
      </figcaption>
      <Plot
        label={`Cumulative distribution of ${row.name}: ${now}${baseline === null ? '' : `; baseline median ${figure(baseline.median)} of ${baseline.n}`}`}
        data={data}
        options={options}
        heightPx={260}
      />
    </figure>
  );
}

/** How a sample stands to the baseline, in words with the figures of the test. */
function againstText({ word, n, median, shift, delta, p, values }: Baseline): string {
  const test =
    shift === null ? '' : `, shift ${figure(shift)}, Cliff's delta ${figure(delta)}, p ${figure(p)}`;
  const kept = values.length > 0 || n === 0 ? '' : '; the record keeps no more of it than that';
  return `Baseline: ${n} values, median ${figure(median)}: ${word.text}${test}${kept}`;
}

/** Each distinct value with the share of values up to it, in percent. */
function cumulative(values: readonly number[]): uPlot.AlignedData {
  const last = values.filter((value, at) => value !== values[at + 1]);
  return [last, last.map((value) => ((values.lastIndexOf(value) + 1) / values.length) * 100)];
}

const stepped: uPlot.Series.PathBuilder = (plot, index, from, to) =>
  uPlot.paths.stepped?.({ align: 1 })(plot, index, from, to) ?? null;

/** Lines at the median and at that of the baseline, each with its name. */
function drawMarks(plot: uPlot, row: LatencyRow, colours: PlotColours): void {
  const line = (
    value: number | null | undefined,
    name: string,
    colour: string,
    dash: number[],
    at: number,
  ): void => {
    if (value === null || value === undefined) return;
    const x = Math.round(plot.valToPos(value, 'x', true));
    const { ctx, bbox } = plot;
    if (x < bbox.left || x > bbox.left + bbox.width) return;
    ctx.save();
    ctx.strokeStyle = colour;
    ctx.fillStyle = colour;
    ctx.lineWidth = 2;
    ctx.setLineDash(dash);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = 'left';
    ctx.fillText(name, x + 5 * devicePixelRatio, bbox.top + (14 + at * 16) * devicePixelRatio);
    ctx.restore();
  };
  line(row.median, 'median', colours.ink, [], 0);
  line(row.baseline?.median, 'baseline median', colours.caution, [6, 4], 1);
}
