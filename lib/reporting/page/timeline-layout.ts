import { beginOf, type Session } from './sessions.ts';
import { duration, type WireRecord } from './wire.ts';

const ROW_PX = 30;
/** Room for the names of the lanes beside them; on a narrow page they stand above. */
const GUTTER_PX = 128;
const NARROW_PX = 560;
const RIGHT_PX = 14;
/** Marks that one timeline draws. */
const MAX_MARKS = 600;
/** A silence is shown from this share of the clock on. */
const GAP_SHARE = 0.06;

export interface PlacedMark {
  readonly record: WireRecord;
  readonly row: number;
  readonly x: number;
  readonly y: number;
}

export interface Row {
  readonly session: Session;
  readonly y: number;
  readonly abovePx: number;
  /** Null for every connection of a user but the first. */
  readonly label: string | null;
  readonly labelX: number;
  readonly labelY: number;
  readonly isFirstOfUser: boolean;
  readonly openX: number;
  readonly openEndX: number;
  readonly lineEndX: number;
  readonly opening: { readonly bad: boolean; readonly refused: boolean; readonly text: string } | null;
  readonly gap: { readonly from: number; readonly to: number; readonly text: string | null } | null;
}

export interface Layout {
  readonly rows: readonly Row[];
  readonly marks: readonly PlacedMark[];
  readonly undrawn: number;
  readonly users: number;
  readonly fromMs: number;
  readonly spanMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly leftPx: number;
}

/** Places connections on a common clock, users as lanes in the order in which they came. */
export function layOut(sessions: readonly Session[], widthPx: number): Layout {
  const fromMs = Math.min(...sessions.map(({ startMs }) => startMs));
  const spanMs = Math.max(1, Math.max(...sessions.map(({ endMs }) => endMs)) - fromMs);
  const isNarrow = widthPx < NARROW_PX;
  const leftPx = isNarrow ? 10 : GUTTER_PX;
  const scale = (widthPx - leftPx - RIGHT_PX) / spanMs;
  const x = (ms: number): number => Math.round((leftPx + (ms - fromMs) * scale) * 10) / 10;
  const users = [...new Set(sessions.map(({ user }) => user))];
  const names = shortNames(users);
  const rows: Row[] = [];
  const marks: PlacedMark[] = [];
  let undrawn = 0;
  let y = 0;
  for (const [at, user] of users.entries()) {
    for (const [nth, session] of sessions.filter((one) => one.user === user).entries()) {
      const abovePx = (nth === 0 && isNarrow ? 20 : 0) + ROW_PX / 2;
      y += abovePx;
      const row = rows.length;
      rows.push({
        ...placed(session, x, spanMs),
        y,
        abovePx,
        label: nth === 0 ? (names[at] ?? null) : null,
        labelX: isNarrow ? 4 : 8,
        labelY: isNarrow ? y - abovePx + 14 : y + 4,
        isFirstOfUser: nth === 0,
      });
      for (const record of session.records) {
        if (marks.length >= MAX_MARKS) undrawn += 1;
        else marks.push({ record, row, x: x(record.atMs), y });
      }
      y += ROW_PX / 2;
    }
  }
  return { rows, marks, undrawn, users: users.length, fromMs, spanMs, widthPx, heightPx: y, leftPx };
}

function placed(
  session: Session,
  x: (ms: number) => number,
  spanMs: number,
): Pick<Row, 'session' | 'openX' | 'openEndX' | 'lineEndX' | 'opening' | 'gap'> {
  const opening = session.records.find(({ kind }) => kind === 'handshake') ?? null;
  const isOpen = opening === null || opening.line.startsWith('open');
  return {
    session,
    openX: x(opening === null ? session.startMs : beginOf(opening)),
    openEndX: x(opening?.atMs ?? session.startMs),
    lineEndX: x(session.endMs),
    opening:
      opening === null
        ? null
        : { bad: opening.bad, refused: !isOpen, text: opening.line.split(',')[0] ?? opening.line },
    gap: longestGap(session, x, spanMs),
  };
}

/** The longest silence between two messages, when it takes a good part of the clock; before a close of our own nobody was silent. */
function longestGap(session: Session, x: (ms: number) => number, spanMs: number): Row['gap'] {
  const seen = session.records.filter(
    ({ kind, line }) => kind !== 'turn' && !(kind === 'close' && line.includes(' by local')),
  );
  let best: readonly [number, number] | null = null;
  for (const [at, record] of seen.entries()) {
    const next = seen[at + 1];
    if (next === undefined) break;
    if (best === null || next.atMs - record.atMs > best[1] - best[0]) best = [record.atMs, next.atMs];
  }
  if (best === null || best[1] - best[0] < spanMs * GAP_SHARE) return null;
  const [from, to] = [x(best[0]), x(best[1])];
  return { from, to, text: to - from > 56 ? duration(best[1] - best[0]) : null };
}

/** Ticks of the clock at round times. */
export function clockTicks({ spanMs, widthPx, leftPx }: Layout): readonly {
  readonly x: number;
  readonly text: string;
}[] {
  const innerPx = widthPx - leftPx - RIGHT_PX;
  const raw = spanMs / Math.max(2, innerPx / 110);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const count = Math.floor(spanMs / step);
  return Array.from({ length: count + 1 }, (_, at) => ({
    x: Math.round((leftPx + (at * step * innerPx) / spanMs) * 10) / 10,
    text: at === 0 ? '0' : `+${duration(at * step)}`,
  }));
}

/** Users without the beginning that they share. */
function shortNames(users: readonly (string | null)[]): readonly string[] {
  const named = users.filter((user) => user !== null);
  const [first = ''] = named;
  let shared = 0;
  while (shared < first.length && named.every((user) => user[shared] === first[shared])) shared += 1;
  const from = named.length > 1 ? first.lastIndexOf('-', shared) + 1 : Math.max(0, first.length - 16);
  return users.map((user) => (user === null ? 'no user' : user.slice(from, from + 18) || user));
}
