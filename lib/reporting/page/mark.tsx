import type { JSX } from 'preact';
import type { WireKind } from './page-data.ts';

/** The shape of a record on a timeline; shapes differ, so that no meaning hangs on a colour. */
export function MarkShape({
  kind,
  isClean,
}: {
  readonly kind: WireKind;
  readonly isClean: boolean;
}): JSX.Element {
  switch (kind) {
    case 'sent':
      return <path class="mark-sent" d="M0 -10 L4.5 -2.5 L-4.5 -2.5 Z" />;
    case 'event':
      return <path class="mark-event" d="M0 -5 L5 0 L0 5 L-5 0 Z" />;
    case 'received':
      return <circle class="mark-received" cx="0" cy="6" r="3.4" />;
    case 'close':
      return isClean ? (
        <rect class="mark-close" x="-3.5" y="-3.5" width="7" height="7" />
      ) : (
        <path class="mark-cut" d="M-4.5 -4.5 L4.5 4.5 M4.5 -4.5 L-4.5 4.5" />
      );
    case 'turn':
      return <circle class="mark-turn" cx="0" cy="0" r="4.5" />;
    default:
      return <path class="mark-other" d="M0 -4 L0 4" />;
  }
}

const LEGEND: readonly (readonly [string, WireKind, boolean])[] = [
  ['sent', 'sent', true],
  ['received', 'received', true],
  ['agent event', 'event', true],
  ['turn judged', 'turn', true],
  ['pong', 'pong', true],
  ['clean close', 'close', true],
  ['close or cut', 'close', false],
];

/** Tops of the boxes of shapes that stand above or below their line. */
const CENTRES: Readonly<Partial<Record<WireKind, number>>> = { sent: -14, received: -2 };

/** What the shapes mean. */
export function Legend(): JSX.Element {
  return (
    <ul class="legend" aria-label="Shapes">
      {LEGEND.map(([name, kind, isClean]) => (
        <li key={name}>
          <svg width="14" height="16" viewBox={`-7 ${CENTRES[kind] ?? -8} 14 16`} aria-hidden="true">
            <MarkShape kind={kind} isClean={isClean} />
          </svg>
          {name}
        </li>
      ))}
      <li>
        <svg width="26" height="22" viewBox="0 -11 26 22" aria-hidden="true">
          <rect class="opening" x="1" y="-5" width="24" height="10" />
        </svg>
        opening handshake
      </li>
      <li>
        <svg width="26" height="22" viewBox="0 -11 26 22" aria-hidden="true">
          <path class="gap" d="M1 0 L25 0" />
        </svg>
        longest gap
      </li>
      <li>
        <svg width="18" height="22" viewBox="-9 -11 18 22" aria-hidden="true">
          <circle class="ring" cx="0" cy="0" r="8" />
        </svg>
        part of a violation
      </li>
    </ul>
  );
}
