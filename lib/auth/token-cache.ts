import type { Clock } from '../foundation/clock.ts';
import { raceSignal } from '../foundation/deadline.ts';
import type { Token } from './token.ts';
import type { User } from './user.ts';

/** Share of its lifetime after which a token is renewed (design.md §7). */
const RENEW_AT = 0.8;

interface Flight {
  readonly promise: Promise<Token>;
  readonly controller: AbortController;
  waiters: number;
}

/** Keeps one token per subject; callers that need a new one at the same time share one flight. */
export class TokenCache {
  readonly #clock: Clock;
  readonly #create: (user: User, signal: AbortSignal) => Promise<Token>;
  readonly #tokens = new Map<string, { readonly token: Token; readonly renewAtMs: number }>();
  readonly #flights = new Map<string, Flight>();

  constructor(clock: Clock, create: (user: User, signal: AbortSignal) => Promise<Token>) {
    this.#clock = clock;
    this.#create = create;
  }

  /** Returns the cached token, or waits for a new one; a failed flight is not kept. Rejects with the signal's reason. */
  async get(user: User, signal: AbortSignal): Promise<Token> {
    signal.throwIfAborted();
    const cached = this.#tokens.get(user.subject);
    if (cached !== undefined && this.#clock.now() < cached.renewAtMs) return cached.token;
    const flight = this.#flights.get(user.subject) ?? this.#start(user);
    flight.waiters += 1;
    try {
      return await raceSignal(`a token for ${user.name}`, signal, () => flight.promise);
    } finally {
      flight.waiters -= 1;
      // One caller that gives up must not fail the others; when the last one has gone, nobody needs the answer.
      if (flight.waiters === 0) this.#end(user, flight, signal.reason);
    }
  }

  /** Keeps a token that was made outside a flight. */
  put(user: User, token: Token): void {
    const lifetimeSec = Math.max(0, (token.expiresAtSec ?? 0) - (token.issuedAtSec ?? 0));
    // A token without iat has no lifetime to take a share of, so it is used once.
    const lifetimeMs = token.issuedAtSec === null ? 0 : lifetimeSec * 1_000;
    this.#tokens.set(user.subject, { token, renewAtMs: this.#clock.now() + lifetimeMs * RENEW_AT });
  }

  #start(user: User): Flight {
    const controller = new AbortController();
    const promise = this.#create(user, controller.signal).then((token) => {
      this.put(user, token);
      return token;
    });
    // Every waiter awaits it; this one keeps an abandoned flight from being an unhandled rejection.
    promise.catch(() => {});
    const flight = { promise, controller, waiters: 0 };
    this.#flights.set(user.subject, flight);
    return flight;
  }

  #end(user: User, flight: Flight, reason: unknown): void {
    if (this.#flights.get(user.subject) === flight) this.#flights.delete(user.subject);
    flight.controller.abort(reason);
  }
}
