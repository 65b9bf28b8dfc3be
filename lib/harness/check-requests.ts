import type { Token } from '../auth/token.ts';
import { assertNever, HarnessError } from '../foundation/errors.ts';
import type { HttpClient, HttpMethod, HttpResult } from '../http/http-client.ts';
import type { CheckAttempt } from './check-attempt.ts';

export interface RequestOptions {
  readonly token?: Token;
  readonly json?: unknown;
  /** Default `backend`. The twins run as production. */
  readonly target?: 'backend' | 'auth' | 'twin-backend';
  /** `none` sends the token without the scheme that RFC 6750 §2.1 demands. Default `bearer`. */
  readonly scheme?: 'bearer' | 'none';
  /** Longest wait for the answer. Default: the budget of `/health`. */
  readonly budgetMs?: number;
  /** Sends it over the one connection that this check has for itself, whoever asks. Default: one of the run's pool. */
  readonly onOneConnection?: boolean;
}

export type AnsweredResult = HttpResult & { readonly kind: 'answered' };

/** Longest wait for a request of ours that tidies up. */
const TIDY_MS = 15_000;

/** The HTTP requests of a check. */
export class CheckRequests {
  readonly #attempt: CheckAttempt;
  #ownClient: HttpClient | null = null;

  constructor(attempt: CheckAttempt) {
    this.#attempt = attempt;
  }

  async request(method: HttpMethod, path: string, options: RequestOptions): Promise<HttpResult> {
    const { runtime, signal, recorder } = this.#attempt;
    return this.#client(options).request({
      method,
      path,
      budgetMs: options.budgetMs ?? runtime.budgets.health.failMs ?? 30_000,
      signal,
      recorder,
      ...(options.token === undefined ? {} : { token: options.token }),
      ...(options.json === undefined ? {} : { json: options.json }),
      ...(options.scheme === undefined ? {} : { scheme: options.scheme }),
    });
  }

  /** Removes something that the check made, also after its deadline; false when it is still there. */
  async remove(path: string, token: Token): Promise<boolean> {
    const { runtime } = this.#attempt;
    const result = await runtime.backend.request({
      method: 'DELETE',
      path,
      token,
      budgetMs: runtime.budgets.health.warnMs ?? 10_000,
      signal: AbortSignal.timeout(TIDY_MS),
      // None of the check's observations.
      recorder: runtime.ledger.recorder(null),
    });
    return result.kind === 'answered' && (result.status === 200 || result.status === 404);
  }

  #client({ target = 'backend', onOneConnection = false }: RequestOptions): HttpClient {
    const { runtime, keep } = this.#attempt;
    if (onOneConnection) {
      if (this.#ownClient === null) {
        this.#ownClient = runtime.clientOf(runtime.settings.backendUrl, { maxConnections: 1 });
        keep(this.#ownClient);
      }
      return this.#ownClient;
    }
    switch (target) {
      case 'backend':
        return runtime.backend;
      case 'auth':
        return runtime.auth;
      case 'twin-backend':
        return runtime.twinBackend();
      default:
        return assertNever(target);
    }
  }
}

/** The answer of a request. @throws {HarnessError} `HTTP_FAILED` when there is none: nothing can be judged then. */
export function requireAnswer(result: HttpResult, method: HttpMethod, path: string): AnsweredResult {
  if (result.kind === 'answered') return result;
  const what = result.kind === 'censored' ? `no answer within ${result.budgetMs} ms` : result.cause;
  throw new HarnessError(
    'HTTP_FAILED',
    `expected an answer to ${method} ${path}, got: ${what} (phase ${result.phase})`,
    { next: 'Check that the service is still running.' },
  );
}
