import { parseReadiness } from '../contract/readiness.ts';
import type { Facts } from './facts.ts';

/** One answer of `/health/ready` that says something about the sockets. */
export interface ReadinessFact {
  readonly id: string;
  readonly atMs: number;
  readonly ready: boolean;
  readonly failedServices: readonly string[];
  readonly elapsedMs: number;
}

/** What `/health/ready` said of the sockets, each time it was asked; its constant form says nothing. */
export function readinessOf(facts: Facts): readonly ReadinessFact[] {
  return facts.allExchanges.flatMap(({ id, atMs, path, status, json, totalMs }) => {
    if (path !== '/health/ready' || status === null) return [];
    const parsed = parseReadiness(json);
    if (!parsed.ok || (parsed.value.standing === 'constant' && status === 200)) return [];
    const ready = status === 200 && parsed.value.standing === 'says-ready';
    return [{ id, atMs, ready, failedServices: parsed.value.failedServices, elapsedMs: totalMs }];
  });
}
