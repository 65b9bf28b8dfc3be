import type { CanonicalEvent } from './event.ts';

export type Pairing = 'none' | 'id' | 'inferred' | 'mixed';

/** One half of a tool call that waits for the other. */
export interface ToolHalf {
  readonly callId: string | null;
  readonly toolName: string | null;
  readonly index: number;
}

/** What a tool event turned out to be. */
export type ToolFinding =
  | { readonly kind: 'started' }
  | {
      readonly kind: 'paired';
      readonly start: ToolHalf;
      readonly idOnOneSide: boolean;
      readonly nameDiffers: boolean;
    }
  /** This start belongs to a completion that came before it. */
  | { readonly kind: 'swapped'; readonly completion: ToolHalf }
  | { readonly kind: 'reused'; readonly callId: string }
  | { readonly kind: 'orphan' };

const STARTED: ToolFinding = Object.freeze({ kind: 'started' });
const ORPHAN: ToolFinding = Object.freeze({ kind: 'orphan' });

/** Pairs tool events by call id, else by name and last-in-first-out; independent calls may overlap and permute. */
export class ToolPairing {
  readonly #open: ToolHalf[] = [];
  readonly #orphans: ToolHalf[] = [];
  /** Ids of calls that are complete; made with the first, as most turns wait long before they have one. */
  #closedIds: Set<string> | null = null;
  #byId = 0;
  #inferred = 0;
  #calls = 0;

  start(event: CanonicalEvent, index: number): ToolFinding {
    const callId = event.toolCallId;
    if (callId !== null && (this.#isClosed(callId) || this.#open.some((half) => half.callId === callId))) {
      return { kind: 'reused', callId };
    }
    this.#calls += 1;
    const orphan = matchIndex(this.#orphans, callId, event.toolName);
    const completion = orphan === -1 ? undefined : this.#orphans.splice(orphan, 1)[0];
    if (completion !== undefined) {
      if (callId !== null) this.#close(callId);
      return { kind: 'swapped', completion };
    }
    this.#open.push({ callId, toolName: event.toolName, index });
    return STARTED;
  }

  complete(event: CanonicalEvent, index: number): ToolFinding {
    const callId = event.toolCallId;
    const position = matchIndex(this.#open, callId, event.toolName);
    const start = position === -1 ? undefined : this.#open.splice(position, 1)[0];
    if (start === undefined) {
      if (callId !== null && this.#isClosed(callId)) return { kind: 'reused', callId };
      this.#orphans.push({ callId, toolName: event.toolName, index });
      return ORPHAN;
    }
    const isById = callId !== null && start.callId === callId;
    if (isById) this.#byId += 1;
    else this.#inferred += 1;
    const knownId = callId ?? start.callId;
    if (knownId !== null) this.#close(knownId);
    return {
      kind: 'paired',
      start,
      idOnOneSide: (callId === null) !== (start.callId === null),
      nameDiffers: start.toolName !== null && event.toolName !== null && start.toolName !== event.toolName,
    };
  }

  #isClosed(callId: string): boolean {
    return this.#closedIds?.has(callId) === true;
  }

  #close(callId: string): void {
    (this.#closedIds ??= new Set()).add(callId);
  }

  get calls(): number {
    return this.#calls;
  }

  get pairing(): Pairing {
    if (this.#byId > 0) return this.#inferred > 0 ? 'mixed' : 'id';
    return this.#inferred > 0 ? 'inferred' : 'none';
  }

  /** Calls that started and never completed. */
  unpaired(): readonly ToolHalf[] {
    return this.#open;
  }

  /** Completions whose start has not come, not even late. */
  orphans(): readonly ToolHalf[] {
    return this.#orphans;
  }
}

/** Last half that fits: by id when both have one, else by name, else any when a name is missing. */
function matchIndex(halves: readonly ToolHalf[], callId: string | null, toolName: string | null): number {
  if (callId !== null) {
    const byId = halves.findLastIndex((half) => half.callId === callId);
    if (byId !== -1) return byId;
  }
  return halves.findLastIndex(
    (half) =>
      (callId === null || half.callId === null) &&
      (half.toolName === toolName || half.toolName === null || toolName === null),
  );
}
