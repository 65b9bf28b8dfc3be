/** Signal listeners of the composition root, which stay when vitest's are removed. */
const KEPT_LISTENERS = new Set<NodeJS.SignalsListener>();

/** Takes away signal listeners of the test runner as it adds them: they would end the process before any report is written. */
export function keepSignals(): () => void {
  const guard = (event: string | symbol, listener: NodeJS.SignalsListener): void => {
    if ((event !== 'SIGINT' && event !== 'SIGTERM') || KEPT_LISTENERS.has(listener)) return;
    queueMicrotask(() => process.removeListener(event, listener));
  };
  process.on('newListener', guard);
  return () => void process.removeListener('newListener', guard);
}

/** Registers a signal listener that survives the test runner. */
export function onSignal(name: 'SIGINT' | 'SIGTERM', listener: NodeJS.SignalsListener): () => void {
  KEPT_LISTENERS.add(listener);
  process.on(name, listener);
  return () => {
    KEPT_LISTENERS.delete(listener);
    process.removeListener(name, listener);
  };
}
