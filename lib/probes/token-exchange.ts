import type { ExchangeRequest } from '../auth/bypass-exchange.ts';
import type { Recorder } from '../evidence/ledger.ts';
import { HarnessError } from '../foundation/errors.ts';
import type { HttpClient } from '../http/http-client.ts';

const EXCHANGE_BUDGET_MS = 20_000;

/** Lets the token source reach the auth service through the recording client. */
export function createExchange(client: HttpClient, recorder: Recorder): ExchangeRequest {
  return async (request, { signal }) => {
    const { pathname, search } = new URL(request.url);
    const result = await client.request({
      method: request.method,
      path: `${pathname}${search}`,
      headers: request.headers,
      json: request.json,
      budgetMs: EXCHANGE_BUDGET_MS,
      signal,
      recorder,
    });
    if (result.kind === 'answered') return { status: result.status, body: result.json };
    const what = result.kind === 'censored' ? `no answer within ${result.budgetMs} ms` : result.cause;
    throw new HarnessError(
      'HTTP_FAILED',
      `expected the auth service to answer ${pathname}, got: ${what} (phase ${result.phase})`,
      {
        next: 'Check AUTH_SERVICE_URL and the auth service.',
      },
    );
  };
}
