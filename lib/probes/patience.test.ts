import { createServer, type RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createHttpClient } from '../http/http-client.ts';
import { MemoryLedger } from '../http/memory-ledger.ts';
import { askPatiently, besideBudgetMs } from './patience.ts';

/** A target at time scale 0.01: a sign of life is waited for 250 ms, the floor. */
async function target(answer: RequestListener, work: (asker: Asker, ledger: MemoryLedger) => Promise<void>) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('expected a TCP address');
  const ledger = new MemoryLedger();
  const backend = createHttpClient({ baseUrl: `http://127.0.0.1:${address.port}`, runId: 'run-1' });
  try {
    await work(
      {
        backend,
        recorder: ledger.recorder,
        signal: new AbortController().signal,
        budgetFloorMs: 250,
        hasLeftOut: false,
        settings: { timeScale: 0.01 },
      },
      ledger,
    );
  } finally {
    await backend[Symbol.asyncDispose]();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
type Asker = Parameters<typeof askPatiently>[0];

const after = (ms: number, act: () => void): void => void setTimeout(act, ms);

describe('a patient request', () => {
  test('gives up a target that answers nothing at all, long before its budget', async () => {
    const asked: string[] = [];
    await target(
      (request) => void asked.push(request.url ?? ''),
      async (asker, ledger) => {
        const result = await askPatiently(asker, '/health', 20_000);

        expect(result).toEqual({ kind: 'mute', waitedMs: 250, asked: ['/health', '/'] });
        expect(asked).toEqual(['/health', '/']);
        const waits = ledger
          .bodies('http.exchange')
          .flatMap(({ outcome }) => (outcome.kind === 'censored' ? [outcome.budgetMs] : []));
        // What was given up is recorded with the time that it was really waited for.
        expect(waits).toHaveLength(2);
        expect(Math.max(...waits)).toBeLessThan(2_000);
      },
    );
  });

  test('waits to the end of the budget for a target that answers something else', async () => {
    await target(
      (request, response) => {
        if (request.url === '/') response.writeHead(404).end();
        else after(700, () => response.end('late'));
      },
      async (asker) => {
        expect(await askPatiently(asker, '/health', 20_000)).toMatchObject({ kind: 'answered', status: 200 });
      },
    );
  });

  test('asks nothing beside a target that answers in time', async () => {
    const asked: string[] = [];
    await target(
      (request, response) => {
        asked.push(request.url ?? '');
        response.end('ok');
      },
      async (asker) => {
        expect(await askPatiently(asker, '/health', 20_000)).toMatchObject({ kind: 'answered' });
        expect(asked).toEqual(['/health']);
      },
    );
  });

  test('never waits longer than the budget', async () => {
    await target(
      () => {},
      async (asker) => {
        expect(await askPatiently(asker, '/health', 100)).toMatchObject({ kind: 'censored', budgetMs: 100 });
      },
    );
  });

  test('has less time for what stands beside it once an answer was left out', async () => {
    await target(
      () => {},
      async (asker) => {
        const nominal = { ...asker, settings: { timeScale: 1 } };
        expect(besideBudgetMs(nominal)).toBe(20_000);
        expect(besideBudgetMs({ ...nominal, hasLeftOut: true })).toBe(5_000);
      },
    );
  });
});
