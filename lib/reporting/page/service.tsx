import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { SERVICE_OUTCOMES, type ServiceOutcome, type ServicePoint, type ServiceView } from './page-data.ts';
import { axes, Plot, type PlotColours, type PlotOptions } from './plot.tsx';
import { duration } from './wire.ts';

/** Answers of the service on the clock of the run: health and readiness, then opening handshakes. */
export function Service({ service }: { readonly service: ServiceView }): JSX.Element {
  const { readiness, openings, breaker, omitted } = service;
  // One clock for both plots, so that what happened at one moment stands in one place.
  const endSec = Math.max(1, ...[...readiness, ...openings].map(({ atMs }) => atMs)) / 1_000;
  return (
    <div class="service">
      <Points title="Health and readiness" points={readiness} endSec={endSec} />
      <Points title="Opening handshakes" points={openings} endSec={endSec} />
      <div class="block">
        <h3>Breaker</h3>
        {breaker.length === 0 ? (
          <p class="quiet">
            No opening was answered with 500 or 503: nothing that looks like an open breaker.
          </p>
        ) : (
          <ul>
            {breaker.map(({ fromMs, toMs, count, text }) => (
              <li key={fromMs}>
                {`from ${duration(fromMs)} to ${duration(toMs)}: ${count} opening${count === 1 ? '' : 's'} answered with 500 or 503, ${text}`}
              </li>
            ))}
          </ul>
        )}
      </div>
      {omitted === 0 ? null : <p class="quiet">{`${omitted} more answers are not plotted.`}</p>}
    </div>
  );
}

function Points({
  title,
  points,
  endSec,
}: {
  readonly title: string;
  readonly points: readonly ServicePoint[];
  readonly endSec: number;
}): JSX.Element {
  const data = useMemo((): uPlot.AlignedData => {
    const sorted = points.toSorted((a, b) => a.atMs - b.atMs);
    return [
      sorted.map(({ atMs }) => atMs / 1_000),
      ...SERVICE_OUTCOMES.map((outcome) =>
        sorted.map((point) => (point.outcome === outcome ? Math.max(0.05, point.tookMs) : null)),
      ),
    ];
  }, [points]);
  const options = useMemo(
    () =>
      (colours: PlotColours): PlotOptions =>
        plotOptions(colours, endSec),
    [endSec],
  );
  if (points.length === 0) return <p class="quiet">{`${title}: nothing was asked.`}</p>;
  const counts = SERVICE_OUTCOMES.map((outcome) => ({
    outcome,
    count: points.filter((point) => point.outcome === outcome).length,
  })).filter(({ count }) => count > 0);
  const words = counts.map(({ outcome, count }) => `${count} ${outcome}`).join(', ');
  const bad = points.filter(({ outcome }) => outcome === 'broken' || outcome === 'no answer');
  return (
    <figure class="distribution">
      <figcaption>
        <strong>{title}</strong>
        {`: ${points.length} answers`}
        <ul class="legend" aria-label={`Shapes of ${title}`}>
          {counts.map(({ outcome, count }) => (
            <li key={outcome}>
              <svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">
                <path class={`shape-${outcome.replace(' ', '-')}`} d={SHAPES[outcome]} />
              </svg>
              {`${outcome} ${count}`}
            </li>
          ))}
        </ul>
      </figcaption>
      <Plot label={`${title} over time: ${words}`} data={data} options={options} heightPx={200} />
      {bad.length === 0 ? null : (
        <details>
          <summary>{`${bad.length} broken or without answer`}</summary>
          <ul class="findings">
            {bad.slice(0, 40).map((point) => (
              <li key={point.evidence}>
                {`at ${duration(point.atMs)}: ${point.text} in ${duration(point.tookMs)} `}
                <a class="ref" href={`#evidence-${point.evidence}`}>
                  {point.evidence}
                </a>
              </li>
            ))}
            {bad.length > 40 ? <li class="more">{`and ${bad.length - 40} more`}</li> : null}
          </ul>
        </details>
      )}
    </figure>
  );
}

const SHAPES: Readonly<Record<ServiceOutcome, string>> = {
  accepted: 'M-3.5 0 A3.5 3.5 0 1 0 3.5 0 A3.5 3.5 0 1 0 -3.5 0 Z',
  refused: 'M-3.5 -3.5 H3.5 V3.5 H-3.5 Z',
  broken: 'M-4 -4 L4 4 M4 -4 L-4 4',
  'no answer': 'M0 -4.5 L4.5 3.5 L-4.5 3.5 Z',
};

function plotOptions(colours: PlotColours, endSec: number): PlotOptions {
  const inks: Readonly<Record<ServiceOutcome, string>> = {
    accepted: colours.good,
    refused: colours.quiet,
    broken: colours.bad,
    'no answer': colours.caution,
  };
  return {
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, range: [0, endSec * 1.02] }, y: { distr: 3 } },
    axes: axes(colours, ['seconds into the run', 'answer, ms']),
    series: [
      {},
      ...SERVICE_OUTCOMES.map((outcome) => ({
        stroke: inks[outcome],
        paths: () => null,
        points: { show: false },
      })),
    ],
    hooks: {
      draw: [
        (plot) => {
          SERVICE_OUTCOMES.forEach((outcome, at) => drawShapes(plot, at + 1, outcome, inks[outcome]));
        },
      ],
    },
  };
}

function drawShapes(plot: uPlot, series: number, outcome: ServiceOutcome, ink: string): void {
  const shape = new Path2D(SHAPES[outcome]);
  const { ctx, data } = plot;
  const [xs = []] = data;
  ctx.save();
  ctx.strokeStyle = ink;
  ctx.fillStyle = ink;
  ctx.lineWidth = 1.8;
  (data[series] ?? []).forEach((value, at) => {
    const x = xs[at];
    if (value === null || value === undefined || x === undefined) return;
    ctx.setTransform(
      devicePixelRatio,
      0,
      0,
      devicePixelRatio,
      plot.valToPos(x, 'x', true),
      plot.valToPos(value, 'y', true),
    );
    if (outcome === 'accepted') {
      ctx.globalAlpha = 0.55;
      ctx.fill(shape);
    } else ctx.stroke(shape);
  });
  ctx.restore();
}
