import type { ExchangeAnswer, ExchangeKey } from '../auth/bypass-exchange.ts';
import type { NegativeTokenName } from '../auth/negative-token-name.ts';
import type { Token } from '../auth/token.ts';
import { createUser, type User, users } from '../auth/user.ts';
import type { CheckAttempt } from './check-attempt.ts';

/** The users of a check, which no other check has, and their tokens, good and bad. */
export class CheckTokens {
  readonly #attempt: CheckAttempt;

  constructor(attempt: CheckAttempt) {
    this.#attempt = attempt;
  }

  user(name: string): User {
    const { planned, runtime } = this.#attempt;
    return createUser(`${planned.id.toLowerCase()}-${name}`, { runId: runtime.context.runId });
  }

  users(count: number): readonly User[] {
    const { planned, runtime } = this.#attempt;
    return users(count, { runId: runtime.context.runId, prefix: `${planned.id.toLowerCase()}-u` });
  }

  async valid(user: User): Promise<Token> {
    const { runtime, signal, recorder } = this.#attempt;
    return runtime.tokens.tokenFor(user, { signal, recorder });
  }

  async negative(name: NegativeTokenName, user: User): Promise<Token> {
    const { runtime, signal, recorder } = this.#attempt;
    return runtime.negatives.tokenFor(name, user, { signal, recorder });
  }

  async control(name: NegativeTokenName, user: User): Promise<Token> {
    const { runtime, signal, recorder } = this.#attempt;
    return runtime.negatives.controlFor(name, user, { signal, recorder });
  }

  async expiring(user: User, expiresAtSec: number): Promise<Token> {
    const { runtime, signal, recorder } = this.#attempt;
    return runtime.negatives.expiringFor(user, expiresAtSec, { signal, recorder });
  }

  canMake(bad: NegativeTokenName | 'no token'): boolean {
    return bad === 'no token' || this.#attempt.runtime.negatives.available.includes(bad);
  }

  async exchange(user: User, key: ExchangeKey, at: 'target' | 'production-twin'): Promise<ExchangeAnswer> {
    const { runtime, signal, recorder } = this.#attempt;
    return runtime.exchangeAt(at, recorder).attempt(user, key, signal);
  }
}
