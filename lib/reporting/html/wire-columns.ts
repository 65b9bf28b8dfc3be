import type { Evidence } from '../../evidence/evidence.ts';
import type { RunRecord } from '../../evidence/run-record.ts';
import { printable } from '../../foundation/printable.ts';
import { WIRE_KINDS, type WireColumns } from '../page/page-data.ts';
import { wireLine, type WireLine } from './wire-line.ts';

/** Records that the page holds; `evidence.ndjson` has all. */
const MAX_RECORDS = 12_000;
const MAX_LINE = 400;
/** JSON bytes that all texts may take, and the cuts in characters that are tried until they fit. */
const TEXT_BUDGET_BYTES = 1_200_000;
const CUTS = [2_000, 1_500, 1_000, 800, 600, 500, 400, 300, 250, 200, 150, 120, 80, 40] as const;
/** How much longer the text of a record may be that a red or a cause cites. */
const CITED_FACTOR = 4;

interface Row {
  readonly record: Evidence;
  readonly wire: WireLine;
  readonly cited: boolean;
}

/** The evidence of a run as columns, in order of time. What a red or a cause cites is left out last. */
export function wireColumns(
  record: RunRecord,
  evidence: readonly Evidence[],
  citedByCauses: ReadonlySet<string>,
): WireColumns {
  const broken = brokenRecords(record);
  const isCited = ({ id }: Evidence): boolean => broken.has(id) || citedByCauses.has(id);
  const kept = keep(evidence, isCited).toSorted((left, right) => left.atMs - right.atMs);
  const rows = kept.map((one): Row => ({ record: one, wire: wireLine(one.body), cited: isCited(one) }));
  const cut = longestCut(rows);
  const checks = new Names(record.checks.map(({ id }) => id));
  const writers = new Names();
  const strings = new Names();
  const connections = new Names();
  const users = new Names();
  const texts = rows.map((row) => textOf(row, cut));
  return {
    writer: rows.map(({ record: { id } }) => writers.indexOf(id.slice(0, id.lastIndexOf('-') + 1))),
    number: rows.map(({ record: { id } }) => Number(id.slice(id.lastIndexOf('-') + 1))),
    check: rows.map(({ record: { check } }) => checks.known(check)),
    at: rows.map(({ record: { atMs } }) => Math.round(atMs * 10)),
    kind: rows.map(({ wire }) => WIRE_KINDS.indexOf(wire.kind)),
    connection: rows.map(({ wire }) => connections.indexOf(wire.connection)),
    user: rows.map(({ wire }) => users.indexOf(wire.user)),
    line: rows.map(({ wire }) => strings.indexOf(printable(wire.line, MAX_LINE))),
    text: texts.map((text) => strings.indexOf(text)),
    size: rows.map(({ wire }) => wire.wholeBytes ?? wire.text?.length ?? 0),
    took: rows.map(({ wire }) => (wire.tookMs === null ? 0 : Math.round(wire.tookMs * 10))),
    bad: rows.map(({ wire, record: { id } }) => (wire.bad || broken.has(id) ? 1 : 0)),
    writers: writers.all,
    strings: strings.all,
    connections: connections.all,
    users: users.all,
    omitted: evidence.length - kept.length,
  };
}

/** What violations of the deciding attempts cite. */
function brokenRecords(record: RunRecord): ReadonlySet<string> {
  return new Set(
    record.checks.flatMap(({ attempts }) =>
      attempts.flatMap(({ violations }) => violations.flatMap(({ evidence }) => evidence ?? [])),
    ),
  );
}

/** All records when they fit; else what is cited first, then the others from the start of the run. */
function keep(evidence: readonly Evidence[], isCited: (one: Evidence) => boolean): readonly Evidence[] {
  if (evidence.length <= MAX_RECORDS) return evidence;
  const cited = evidence.filter((one) => isCited(one)).slice(0, MAX_RECORDS);
  const others = evidence.filter((one) => !isCited(one)).slice(0, MAX_RECORDS - cited.length);
  return [...cited, ...others];
}

function textOf({ wire, cited }: Row, cut: number): string | null {
  if (wire.text === null) return null;
  return wire.text.slice(0, cited ? cut * CITED_FACTOR : cut);
}

/** The longest cut with which all texts stay in their budget, by what their characters take on average in JSON. */
function longestCut(rows: readonly Row[]): number {
  const whole = rows.map((row) => textOf(row, CUTS[0]) ?? '');
  const characters = whole.reduce((sum, text) => sum + text.length, 0);
  const bytesPerCharacter = characters === 0 ? 1 : Buffer.byteLength(JSON.stringify(whole)) / characters;
  const bytes = (cut: number): number => {
    let sum = 0;
    for (const [at, text] of whole.entries()) {
      sum += Math.min(text.length, rows[at]?.cited === true ? cut * CITED_FACTOR : cut);
    }
    return sum * bytesPerCharacter;
  };
  return CUTS.find((cut) => bytes(cut) <= TEXT_BUDGET_BYTES) ?? 0;
}

/** Gives each name one number, in the order in which they come. */
class Names {
  readonly all: string[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(known: readonly string[] = []) {
    for (const name of known) this.indexOf(name);
  }

  indexOf(name: string | null): number {
    if (name === null) return -1;
    const number = this.#numbers.get(name);
    if (number !== undefined) return number;
    this.#numbers.set(name, this.all.length);
    return this.all.push(name) - 1;
  }

  /** The number of a name that is already known; -1 for any other. */
  known(name: string | null): number {
    return name === null ? -1 : (this.#numbers.get(name) ?? -1);
  }
}
