import { createInterface } from 'node:readline';
import { writeLine } from './output.ts';

/** What a client did in one slice of time. */
export interface Slice {
  /** Events or openings. */
  readonly work: number;
  readonly elapsedMs: number;
  /** Of the whole process, in user and kernel mode. */
  readonly cpuMs: number;
}

/** Milliseconds of processor time that this process has used so far. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Measures `work`, which returns how much it did. */
export async function measureSlice(work: () => Promise<number>): Promise<Slice> {
  const cpuAtStart = cpuMs();
  const startedAtMs = performance.now();
  const done = await work();
  return { work: done, elapsedMs: performance.now() - startedAtMs, cpuMs: cpuMs() - cpuAtStart };
}

/** Adds up slices of one client. */
export function joinSlices(slices: readonly Slice[]): Slice {
  return slices.reduce(
    (sum, { work, elapsedMs, cpuMs: cpu }) => ({
      work: sum.work + work,
      elapsedMs: sum.elapsedMs + elapsedMs,
      cpuMs: sum.cpuMs + cpu,
    }),
    { work: 0, elapsedMs: 0, cpuMs: 0 },
  );
}

/** Client side: says that it is ready, and runs a slice of the given size for each line of stdin until that ends. */
export async function serveSlices(run: (size: number) => Promise<Slice>): Promise<void> {
  writeLine('ready');
  for await (const line of createInterface(process.stdin)) {
    const { work, elapsedMs, cpuMs: cpu } = await run(Number(line));
    writeLine([work, elapsedMs, cpu].join(' '));
  }
}

/** Reads the line that a client writes for a slice. @throws {TypeError} for any other line. */
export function parseSlice(line: string): Slice {
  const [work = Number.NaN, elapsedMs = Number.NaN, cpu = Number.NaN] = line.split(' ').map(Number);
  if (!(work > 0 && elapsedMs > 0 && cpu >= 0)) throw new TypeError(`expected a slice, got "${line}"`);
  return { work, elapsedMs, cpuMs: cpu };
}
