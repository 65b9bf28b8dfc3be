import { BenchProcess } from './bench-process.ts';
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
}

/** The rounds of each mode; those of one index belong together. */
export type PairedRounds<Mode extends string> = ReadonlyMap<Mode, readonly RoundShare[]>;

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
    const rounds = new Map<Mode, RoundShare[]>(modes.map((mode) => [mode, []]));
    for (let round = 0; round < options.rounds; round += 1) {
      const shares = new Map<Mode, RoundShare[]>(modes.map((mode) => [mode, []]));
      for (const mode of [...modes, ...modes.toReversed()]) {
        const before = await server.cpuMs();
        const slice = parseSlice((await clients.get(mode)?.ask(String(options.sliceSize))) ?? '');
        shares.get(mode)?.push({ ...slice, serverCpuMs: (await server.cpuMs()) - before });
      }
      for (const [mode, slices] of shares) {
        const serverCpuMs = slices.reduce((sum, slice) => sum + slice.serverCpuMs, 0);
        rounds.get(mode)?.push({ ...joinSlices(slices), serverCpuMs });
      }
    }
    return rounds;
  } finally {
    await Promise.all([...clients.values()].map(async (client) => client[Symbol.asyncDispose]()));
  }
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
