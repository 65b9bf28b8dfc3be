import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';

export type PlotOptions = Omit<uPlot.Options, 'width' | 'height'>;

/** Colours of the page as they are now: a canvas knows no variables. */
export interface PlotColours {
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly good: string;
  readonly bad: string;
  readonly caution: string;
  readonly accent: string;
}

/** A plot that follows the width of the page and its light or dark colours; `label` says in words what it shows. */
export function Plot({
  label,
  data,
  options,
  heightPx,
}: {
  readonly label: string;
  readonly data: uPlot.AlignedData;
  readonly options: (colours: PlotColours) => PlotOptions;
  readonly heightPx: number;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const paper = matchMedia('print');
    let plot: uPlot | null = null;
    const draw = (): void => {
      plot?.destroy();
      plot = new uPlot(
        { ...options(coloursOf(element)), width: Math.max(200, element.clientWidth), height: heightPx },
        data,
        element,
      );
    };
    const resize = new ResizeObserver(() =>
      plot?.setSize({ width: Math.max(200, element.clientWidth), height: heightPx }),
    );
    const begin = (): void => {
      if (plot !== null) return;
      sight.disconnect();
      draw();
      resize.observe(element);
      scheme.addEventListener('change', draw);
    };
    // Paper is white, whatever the screen was.
    const onPaper = (): void => (plot === null ? begin() : draw());
    // Drawn when it is first seen: a page with many plots opens as fast as one with none.
    const sight = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) begin();
    });
    sight.observe(element);
    addEventListener('beforeprint', begin);
    paper.addEventListener('change', onPaper);
    return () => {
      sight.disconnect();
      removeEventListener('beforeprint', begin);
      paper.removeEventListener('change', onPaper);
      resize.disconnect();
      scheme.removeEventListener('change', draw);
      plot?.destroy();
    };
  }, [data, options, heightPx]);
  return <div ref={box} class="plot" role="img" aria-label={label} style={{ minHeight: `${heightPx}px` }} />;
}

function coloursOf(element: Element): PlotColours {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: colour('ink'),
    quiet: colour('quiet'),
    line: colour('line'),
    good: colour('good'),
    bad: colour('bad'),
    caution: colour('caution'),
    accent: colour('accent'),
  };
}

/** Axes in the page's own type. */
export function axes(
  colours: PlotColours,
  labels: readonly [x: string, y: string],
): NonNullable<uPlot.Options['axes']> {
  return labels.map((label) => ({
    label,
    stroke: colours.quiet,
    font: '12px ui-monospace, monospace',
    labelFont: '12px system-ui, sans-serif',
    grid: { stroke: colours.line, width: 1, filter: roundSplits },
    ticks: { stroke: colours.line, width: 1, filter: roundSplits },
    size: 46,
    labelSize: 18,
  }));
}

/** How uPlot names a logarithmic scale. */
const LOGARITHMIC = 3;

/** Of a logarithmic axis, only the powers of ten have a line. */
function roundSplits(plot: uPlot, splits: number[], axis: number): (number | null)[] {
  if (axis !== 1 || Number(plot.scales['y']?.distr) !== LOGARITHMIC) return splits;
  return splits.map((split) => (Math.abs(Math.log10(split) % 1) < 1e-9 ? split : null));
}
