import type { Pace } from '../foundation/pace.ts';
import type { HttpClient } from '../http/http-client.ts';

/** Returns a client that waits for its turn before every request. */
export function pacedClient(client: HttpClient, pace: Pace): HttpClient {
  return {
    baseUrl: client.baseUrl,
    cookies: client.cookies,
    async request(request) {
      await pace.turn(request.signal);
      return client.request(request);
    },
    [Symbol.asyncDispose]: async () => client[Symbol.asyncDispose](),
  };
}
