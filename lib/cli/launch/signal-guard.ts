import { STOP_SIGNALS, type StopSignal } from '../../foundation/stop-signal.ts';

/** Signal listeners of the composition root, which stay when vitest's are removed. */
const KEPT_LISTENERS = new Set<NodeJS.SignalsListener>();

/** Takes away signal listeners of the test runner as it adds them: they would end the process before any report is written. */
export function keepSignals(): () => void {
  const guard = (event: string | symbol, listener: NodeJS.SignalsListener): void => {
    if (!STOP_SIGNALS.some((name) => name === event) || KEPT_LISTENERS.has(listener)) return;
    queueMicrotask(() => process.removeListener(event, listener));
  };
  process.on('newListener', guard);
  return () => void process.removeListener('newListener', guard);
}

/** Registers a signal listener that survives the test runner. */
export function onSignal(name: StopSignal, listener: NodeJS.SignalsListener): () => void {
  KEPT_LISTENERS.add(listener);
  process.on(name, listener);
  // With the terminal goes our output: what cannot be shown any more is still written.
  if (name === 'SIGHUP') for (const stream of [process.stdout, process.stderr]) stream.on('error', ignore);
  return () => {
    KEPT_LISTENERS.delete(listener);
    process.removeListener(name, listener);
  };
}

function ignore(): void {}
