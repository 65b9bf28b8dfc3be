import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { LatencyRow } from './page-data.ts';
import { axes, Plot, type PlotColours, type PlotOptions } from './plot.tsx';
import { EvidenceLinks, WordMark } from './word.tsx';

/** Every sample with its spread and how it stands to the baseline; the chosen one as a distribution. */
export function Latency({ rows }: { readonly rows: readonly LatencyRow[] }): JSX.Element {
  const [chosen, setChosen] = useState(0);
  const row = rows[chosen];
  if (row === undefined) return <p class="quiet">No sample was taken in this run.</p>;
  const hasBaseline = rows.some(({ baseline }) => baseline !== null);
  return (
    <div class="latency">
      <div class="scroll" tabindex={0} role="region" aria-label="Samples">
        <table>
          <caption>
            {hasBaseline
              ? 'Choose a row for its distribution; the baseline is the median of the earlier run.'
              : 'Choose a row for its distribution. No baseline to compare with.'}
          </caption>
          <thead>
            <tr>
              <th scope="col">what</th>
              <th scope="col">spread</th>
              <th scope="col" class="number">
                n
              </th>
              <th scope="col" class="number">
                median
              </th>
              <th scope="col" class="number">
                high
              </th>
              <th scope="col">unit</th>
              <th scope="col" class="number">
                baseline
              </th>
              <th scope="col">check</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((one, at) => (
              <tr key={one.evidence} class={at === chosen ? 'chosen' : undefined}>
                <th scope="row">
                  <button
                    type="button"
                    class="plain"
                    aria-pressed={at === chosen}
                    onClick={() => setChosen(at)}
                  >
                    {one.name}
                  </button>
                </th>
                <td>
                  <Spread row={one} />
                </td>
                <td class="number">
                  {one.values.length}
                  {one.missing === 0 ? '' : ` (${one.missing} missing)`}
                </td>
                <td class="number">{figure(one.median)}</td>
                <td class="number">
                  {figure(one.high.value)} <span class="quiet">{one.high.name}</span>
                </td>
                <td>{one.of === 'harness' ? `${one.unit} (harness)` : one.unit}</td>
                <td class="number">
                  {one.baseline === null ? (
                    '-'
                  ) : (
                    <>
                      {figure(one.baseline.median)} <WordMark word={one.baseline.word} />
                    </>
                  )}
                </td>
                <td>{one.check === null ? '' : <a href={`#check-${one.check}`}>{one.check}</a>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Distribution row={row} />
    </div>
  );
}

function Distribution({ row }: { readonly row: LatencyRow }): JSX.Element {
  const data = useMemo((): uPlot.AlignedData => {
    const n = row.values.length;
    return [[...row.values], row.values.map((_, at) => ((at + 1) / n) * 100)];
  }, [row]);
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
            paths: (plot, index, from, to) => steps()?.(plot, index, from, to) ?? null,
            points: { show: row.values.length <= 60, size: 5, fill: colours.accent },
          },
        ],
        hooks: { draw: [(plot) => drawMarks(plot, row, colours)] },
      }),
    [row],
  );
  const { baseline } = row;
  return (
    <figure class="distribution">
      <figcaption>
        <strong>{row.name}</strong>
        {`: ${row.values.length} values, median ${figure(row.median)}, ${row.high.name} ${figure(row.high.value)} ${row.unit}. `}
        {baseline === null
          ? 'The record has no baseline for it. '
          : `Baseline median ${figure(baseline.median)} (n ${baseline.n}), ${baseline.word.text}${baseline.shift === null ? '' : `, shift ${figure(baseline.shift)}, delta ${figure(baseline.delta)}, p ${figure(baseline.p)}`}. `}
        <EvidenceLinks ids={[row.evidence]} />
      </figcaption>
      <Plot
        label={`Cumulative distribution of ${row.name}: median ${figure(row.median)}, ${row.high.name} ${figure(row.high.value)} ${row.unit}`}
        data={data}
        options={options}
        heightPx={260}
      />
    </figure>
  );
}

function steps(): uPlot.Series.PathBuilder | undefined {
  return uPlot.paths.stepped?.({ align: 1 });
}

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

/** All values of a sample as dots on a line of their own range, with a tick at the baseline. */
function Spread({ row }: { readonly row: LatencyRow }): JSX.Element {
  const high = Math.max(...row.values, row.baseline?.median ?? 0, 0);
  const x = (value: number): number => (high === 0 ? 4 : 4 + (value / high) * 112);
  return (
    <svg class="spread" width="120" height="16" viewBox="0 0 120 16" aria-hidden="true">
      <path class="axis" d="M4 8 L116 8" />
      {row.values.slice(0, 120).map((value, at) => (
        <circle key={at} cx={x(value)} cy="8" r="2.2" />
      ))}
      {row.median === null ? null : <path class="median" d={`M${x(row.median)} 2 L${x(row.median)} 14`} />}
      {row.baseline?.median === null || row.baseline?.median === undefined ? null : (
        <path class="before" d={`M${x(row.baseline.median)} 2 L${x(row.baseline.median)} 14`} />
      )}
    </svg>
  );
}

function figure(value: number | null): string {
  if (value === null) return '-';
  return Math.abs(value) >= 1_000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
