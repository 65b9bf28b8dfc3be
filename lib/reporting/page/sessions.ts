import type { Wire, WireRecord } from './wire.ts';

/** One connection with everything that was seen on it, on the clock of the run. */
export interface Session {
  readonly connection: string;
  readonly user: string | null;
  readonly records: readonly WireRecord[];
  readonly startMs: number;
  readonly endMs: number;
  readonly bad: boolean;
}

const grouped = new WeakMap<Wire, ReadonlyMap<string | null, readonly Session[]>>();

/** The connections of every check, and under null those of the run itself. */
export function allSessions(wire: Wire): ReadonlyMap<string | null, readonly Session[]> {
  const known = grouped.get(wire);
  if (known !== undefined) return known;
  const byConnection = new Map<string, WireRecord[]>();
  for (const record of wire.all()) {
    if (record.connection === null) continue;
    const records = byConnection.get(record.connection) ?? [];
    records.push(record);
    byConnection.set(record.connection, records);
  }
  const byCheck = new Map<string | null, Session[]>();
  for (const [connection, records] of byConnection) {
    const [first] = records;
    if (first === undefined) continue;
    const sessions = byCheck.get(first.check) ?? [];
    sessions.push(session(connection, records));
    byCheck.set(first.check, sessions);
  }
  grouped.set(wire, byCheck);
  return byCheck;
}

/** The connections of one check, by user, each user's in order of time. */
export function sessionsOf(wire: Wire, check: string | null): readonly Session[] {
  return allSessions(wire).get(check) ?? [];
}

function session(connection: string, records: readonly WireRecord[]): Session {
  return {
    connection,
    user: records.find(({ user }) => user !== null)?.user ?? null,
    records,
    startMs: Math.min(...records.map((record) => beginOf(record))),
    endMs: Math.max(...records.map(({ atMs }) => atMs)),
    bad: records.some(({ bad }) => bad),
  };
}

/** An opening handshake is recorded when it is over: it began before. */
export function beginOf({ kind, atMs, tookMs }: WireRecord): number {
  return kind === 'handshake' ? Math.max(0, atMs - tookMs) : atMs;
}
