import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { clockTicks, layOut, type PlacedMark, type Row } from './timeline-layout.ts';
import { Legend, MarkShape } from './mark.tsx';
import type { Session } from './sessions.ts';
import { duration } from './wire.ts';

const AXIS_PX = 22;
/** Connections that are drawn before the rest is asked for. */
const FIRST_ROWS = 14;
const ZOOMS = [1, 2, 4, 8, 16, 32] as const;

/**
 * The connections of one check on a common clock, users as lanes. One tab stop: arrows walk the marks, Enter opens the record.
 */
export function Timeline({
  sessions,
  name,
}: {
  readonly sessions: readonly Session[];
  readonly name: string;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const widthPx = useWidth(box);
  const [zoom, setZoom] = useState(0);
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? sessions : sessions.slice(0, FIRST_ROWS);
  const layout = useMemo(
    () => layOut(shown, Math.max(280, widthPx - 2) * (ZOOMS[zoom] ?? 1)),
    [shown, widthPx, zoom],
  );
  const [active, setActive] = useState(0);
  const at = Math.min(active, Math.max(0, layout.marks.length - 1));
  const move = (to: number): void => {
    const next = Math.max(0, Math.min(layout.marks.length - 1, to));
    setActive(next);
    box.current?.querySelector<SVGGElement>(`[data-mark="${next}"]`)?.focus();
  };
  const open = (mark: PlacedMark | undefined): void => {
    if (mark !== undefined) location.hash = `#evidence-${mark.record.id}`;
  };
  const height = layout.heightPx + AXIS_PX;
  return (
    <figure class="timeline">
      <figcaption>
        <span>{`${sessions.length} connection${sessions.length === 1 ? '' : 's'} of ${layout.users} user${layout.users === 1 ? '' : 's'} over ${duration(layout.spanMs)}, from ${duration(layout.fromMs)} into the run`}</span>
        <span class="zoom">
          <button
            type="button"
            disabled={zoom === 0}
            onClick={() => setZoom(zoom - 1)}
            aria-label={`Zoom out of ${name}`}
          >
            −
          </button>
          <button
            type="button"
            disabled={zoom === ZOOMS.length - 1}
            onClick={() => setZoom(zoom + 1)}
            aria-label={`Zoom into ${name}`}
          >
            +
          </button>
        </span>
      </figcaption>
      <div
        ref={box}
        class="timeline-box"
        tabindex={zoom === 0 ? undefined : 0}
        role="region"
        aria-label={`Timeline of ${name}`}
      >
        <svg
          width={layout.widthPx}
          height={height}
          role="group"
          aria-label={`Records of ${name} in order of time`}
          onKeyDown={(event) => {
            const row = layout.marks[at]?.row ?? 0;
            const to: Readonly<Record<string, number>> = {
              ArrowRight: at + 1,
              ArrowLeft: at - 1,
              Home: 0,
              End: layout.marks.length - 1,
              ArrowDown: layout.marks.findIndex((mark) => mark.row > row),
              ArrowUp: layout.marks.findIndex((mark) => mark.row === row - 1),
            };
            const next = to[event.key];
            if (next !== undefined) {
              event.preventDefault();
              if (next >= 0) move(next);
            } else if (event.key === 'Enter' || event.key === ' ') {
              event.preventDefault();
              open(layout.marks[at]);
            }
          }}
        >
          {clockTicks(layout).map(({ x, text }) => (
            <g key={x} class="tick" aria-hidden="true">
              <path d={`M${x} 0 L${x} ${height - AXIS_PX}`} />
              <text x={x} y={height - 6}>
                {text}
              </text>
            </g>
          ))}
          {layout.rows.map((row) => (
            <RowLine key={row.session.connection} row={row} widthPx={layout.widthPx} />
          ))}
          {layout.marks.map((mark, index) => (
            <Mark
              key={mark.record.id}
              mark={mark}
              index={index}
              isActive={index === at}
              open={() => {
                setActive(index);
                open(mark);
              }}
            />
          ))}
        </svg>
      </div>
      {shown.length < sessions.length ? (
        <button type="button" onClick={() => setWhole(true)}>
          {`Show all ${sessions.length} connections`}
        </button>
      ) : null}
      {layout.undrawn === 0 ? null : (
        <p class="quiet">{`${layout.undrawn} more records of these connections stand in the list under Evidence.`}</p>
      )}
      <Legend />
    </figure>
  );
}

function RowLine({ row, widthPx }: { readonly row: Row; readonly widthPx: number }): JSX.Element {
  const { y, label, isFirstOfUser, openX, openEndX, lineEndX, gap, opening } = row;
  return (
    <g aria-hidden="true">
      {isFirstOfUser ? (
        <path class="lane" d={`M0 ${y - row.abovePx} L${widthPx} ${y - row.abovePx}`} />
      ) : null}
      {label === null ? null : (
        <text class="lane-name" x={row.labelX} y={row.labelY}>
          {label}
        </text>
      )}
      <path class="line" d={`M${openEndX} ${y} L${lineEndX} ${y}`} />
      {gap === null ? null : (
        <>
          <path class="gap-back" d={`M${gap.from} ${y} L${gap.to} ${y}`} />
          <path class="gap" d={`M${gap.from} ${y} L${gap.to} ${y}`} />
          {gap.text === null ? null : (
            <text class="gap-text" x={(gap.from + gap.to) / 2} y={y - 5}>
              {gap.text}
            </text>
          )}
        </>
      )}
      {opening === null ? null : (
        <rect
          class={opening.bad ? 'opening bad' : 'opening'}
          x={openX}
          y={y - 5}
          width={Math.max(2, openEndX - openX)}
          height="10"
        />
      )}
      {opening?.refused === true ? (
        <text class="refusal" x={openEndX + 12} y={y + 4}>
          {opening.text}
        </text>
      ) : null}
    </g>
  );
}

function Mark({
  mark,
  index,
  isActive,
  open,
}: {
  readonly mark: PlacedMark;
  readonly index: number;
  readonly isActive: boolean;
  readonly open: () => void;
}): JSX.Element {
  const { record, x, y } = mark;
  return (
    <g
      class="mark"
      data-mark={index}
      transform={`translate(${x} ${y})`}
      role="button"
      tabindex={isActive ? 0 : -1}
      aria-label={`${record.bad ? 'violation, ' : ''}${record.kind} ${record.line}, at ${duration(record.atMs)}`}
      onClick={open}
    >
      <rect class="hit" x="-7" y="-12" width="14" height="24" />
      {record.kind === 'handshake' ? null : <MarkShape kind={record.kind} isClean={isClean(mark)} />}
      {record.bad ? <circle class="ring" cx="0" cy="0" r="8" /> : null}
      <title>{`${record.id} ${record.line}`}</title>
    </g>
  );
}

function isClean({ record }: PlacedMark): boolean {
  return record.kind === 'close' && !record.line.includes('not clean') && !record.bad;
}

/** The width of an element, kept up to date. */
function useWidth(box: { readonly current: HTMLElement | null }): number {
  const [widthPx, setWidth] = useState(0);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);
  return widthPx;
}
