import type { Recorder } from '../evidence/ledger.ts';
import { HarnessError } from '../foundation/errors.ts';
import type { HttpClient } from './http-client.ts';

/** One POST to the auth service; rejects only when no answer came. */
type Exchange = (
  request: {
    readonly method: 'POST';
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly json: unknown;
  },
  options: { readonly signal: AbortSignal },
) => Promise<{ readonly status: number; readonly body: unknown }>;

/** The auth service's own budget for an exchange is far below this; a cold start is not (wire-contract.md §9.1 F15). */
const EXCHANGE_BUDGET_MS = 30_000;

/**
 * Returns the HTTP side of the bypass exchange (wire-contract.md §1.11) over the recording client of the auth service.
 * @throws {HarnessError} `HTTP_FAILED` when no answer came.
 */
export function createExchange(client: HttpClient, recorder: Recorder): Exchange {
  return async ({ method, url, headers, json }, { signal }) => {
    const { pathname, search, origin } = new URL(url);
    if (origin !== new URL(client.baseUrl).origin) {
      throw new TypeError(`expected an exchange with ${client.baseUrl}, got ${origin}`);
    }
    // The whole URL is given: the path of the base URL must not count twice.
    const basePath = new URL(client.baseUrl).pathname.replace(/\/+$/, '');
    const path = (pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : pathname) + search;
    const result = await client.request({
      method,
      path,
      headers,
      json,
      budgetMs: EXCHANGE_BUDGET_MS,
      signal,
      recorder,
    });
    if (result.kind === 'answered') return { status: result.status, body: result.json };
    const got =
      result.kind === 'failed'
        ? `a failure in phase ${result.phase} (${result.cause})`
        : `nothing within ${result.budgetMs} ms (phase ${result.phase})`;
    throw new HarnessError('HTTP_FAILED', `expected an answer of ${origin}${pathname}, got ${got}`, {
      details: { evidence: result.evidence, phase: result.phase },
      next: 'Check that AUTH_SERVICE_URL is right and the auth service is up.',
    });
  };
}
