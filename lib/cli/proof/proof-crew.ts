import { STOP_SIGNALS, type StopSignal } from '../../foundation/stop-signal.ts';
import { ProofProcess } from './proof-process.ts';
import { onSignal } from '../launch/signal-guard.ts';

/** Notes the first signal and runs what ends the session early. */
export class Interrupt implements Disposable {
  signal: StopSignal | null = null;
  readonly #ends: (() => void)[] = [];
  readonly #stops = STOP_SIGNALS.map((name) =>
    onSignal(name, () => {
      this.signal ??= name;
      for (const end of this.#ends) end();
    }),
  );

  get isOn(): boolean {
    return this.signal !== null;
  }

  onceOn(end: () => void): void {
    this.#ends.push(end);
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stops) stop();
  }
}

/** Worker processes for proofs; an interrupt ends them. */
export function workers(count: number, root: string, interrupt: Interrupt): readonly ProofProcess[] {
  return Array.from({ length: count }, () => {
    const worker = new ProofProcess(root);
    interrupt.onceOn(() => worker[Symbol.dispose]());
    return worker;
  });
}

/** Deals items out to workers, in order, each worker one at a time. */
export async function eachOf<T>(
  items: readonly T[],
  crew: readonly ProofProcess[],
  interrupt: Interrupt,
  work: (item: T, worker: ProofProcess) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  await Promise.all(
    crew.map(async (worker) => {
      for (let item = waiting.shift(); item !== undefined && !interrupt.isOn; item = waiting.shift()) {
        await work(item, worker);
      }
    }),
  );
}
