import { BenchProcess, canPin } from './bench-process.ts';
import { coreTimes } from './core-times.ts';
import type { LoadServer } from './load-process.ts';
import { joinSlices, parseSlice, type Slice } from './slice.ts';
import { formatSummary, summarize, summarizeRatios, type Summary } from './statistics.ts';

export interface RoundOptions<Mode extends string> {
  readonly server: LoadServer;
  /** The first is the floor. */
  readonly modes: readonly Mode[];
  /** Program of this folder that serves slices of the mode that its first option names. */
  readonly program: string;
  /** Options after mode and origin. */
  readonly options: readonly string[];
  readonly rounds: number;
  /** Milliseconds or pieces of work, as the program takes it. */
  readonly sliceSize: number;
}

/** What one client and the server did in one round. */
interface RoundShare extends Slice {
  readonly serverCpuMs: number;
  /** What other processes, or the host, took of the core of the client and of that of the server, whichever is more. */
  readonly othersMs: number;
}

/** The rounds of each mode; those of one index belong together. */
export interface PairedRounds<Mode extends string> {
  readonly of: ReadonlyMap<Mode, readonly RoundShare[]>;
  /** Says which rounds were counted, and why not all. */
  readonly rule: string;
}

/**
 * Runs the clients in turn, forth and back (A B, B A), so that drift of the machine hits all alike. Each is a process of
 * its own: none pays for another's garbage, nor runs code that was compiled for another's objects.
 */
export async function pairedRounds<Mode extends string>(
  options: RoundOptions<Mode>,
): Promise<PairedRounds<Mode>> {
  const { modes, server } = options;
  const clients = new Map<Mode, BenchProcess>();
  try {
    for (const mode of modes) {
      const client = new BenchProcess(options.program, 0, [mode, server.origin, ...options.options]);
      clients.set(mode, client);
      await client.line();
    }
    const rounds: ReadonlyMap<Mode, RoundShare>[] = [];
    while (rounds.length < options.rounds) {
      const shares = new Map<Mode, RoundShare[]>(modes.map((mode) => [mode, []]));
      for (const mode of [...modes, ...modes.toReversed()]) {
        const before = await server.cpuMs();
        const coresBefore = coreTimes();
        const slice = parseSlice((await clients.get(mode)?.ask(String(options.sliceSize))) ?? '');
        const coresAfter = coreTimes();
        const serverCpuMs = (await server.cpuMs()) - before;
        const othersMs = Math.max(
          ...[slice.cpuMs, serverCpuMs].map(
            (ours, core) => (coresAfter?.[core] ?? 0) - (coresBefore?.[core] ?? 0) - ours,
          ),
        );
        shares.get(mode)?.push({ ...slice, serverCpuMs, othersMs: canPin ? othersMs : 0 });
      }
      rounds.push(new Map([...shares].map(([mode, slices]) => [mode, joinShares(slices)])));
    }
    return quietHalf(modes, rounds);
  } finally {
    await Promise.all([...clients.values()].map(async (client) => client[Symbol.asyncDispose]()));
  }
}

function joinShares(slices: readonly RoundShare[]): RoundShare {
  return {
    ...joinSlices(slices),
    serverCpuMs: slices.reduce((sum, slice) => sum + slice.serverCpuMs, 0),
    othersMs: slices.reduce((sum, slice) => sum + slice.othersMs, 0),
  };
}

/** The half of the rounds with the least other work on the two cores: the rest measured the neighbours. */
function quietHalf<Mode extends string>(
  modes: readonly Mode[],
  rounds: readonly ReadonlyMap<Mode, RoundShare>[],
): PairedRounds<Mode> {
  const others = (round: ReadonlyMap<Mode, RoundShare>): number =>
    Math.max(...[...round.values()].map(({ othersMs, elapsedMs }) => othersMs / elapsedMs));
  const sorted = rounds.toSorted((left, right) => others(left) - others(right));
  const counted = sorted.slice(0, Math.ceil(rounds.length / 2));
  const most = (some: typeof sorted): string => `${Math.round(100 * Math.max(0, ...some.map(others)))} %`;
  return {
    of: new Map(modes.map((mode) => [mode, counted.flatMap((round) => round.get(mode) ?? [])])),
    rule: `counted: the ${counted.length} of ${rounds.length} rounds with the least other work, at most ${most(counted)} of a core; in the others up to ${most(sorted)}`,
  };
}

/** Work per second of wall time. */
const speed = ({ work, elapsedMs }: RoundShare): number => (work * 1_000) / elapsedMs;
/** Processor time of the client per piece of work, in microseconds. */
const costUs = ({ work, cpuMs }: RoundShare): number => (cpuMs * 1_000) / work;

/** Lines with rate and cost of one mode, and how busy the two cores were: the ratio speaks of the busy one. */
export function describeMode(name: string, unit: string, shares: readonly RoundShare[]): readonly string[] {
  const busy = (ms: (share: RoundShare) => number): string =>
    `${Math.round(100 * summarize(shares.map((share) => ms(share) / share.elapsedMs)).median)} %`;
  return [
    formatSummary(name, `${unit}/s`, summarize(shares.map(speed)), 0),
    `${formatSummary(name, `us CPU/${unit}`, summarize(shares.map(costUs)), 2)}  core of the client ${busy((share) => share.cpuMs)}, of the server ${busy((share) => share.serverCpuMs)} busy`,
  ];
}

/** Ratios of ours to the floor, round by round: by speed, and by processor time, which other work on the machine spares. */
export function pairedRatios(
  ours: readonly RoundShare[],
  floor: readonly RoundShare[],
): { readonly bySpeed: Summary; readonly byCost: Summary } {
  return {
    bySpeed: summarizeRatios(ours.map(speed), floor.map(speed)),
    byCost: summarizeRatios(floor.map(costUs), ours.map(costUs)),
  };
}
