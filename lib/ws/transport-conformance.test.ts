import { describe, expect, test } from 'vitest';
import { startRawServer } from './raw-peer.ts';
import { CONFORMANCE_CASES, traceAttempt, traceCase } from './transport-conformance.ts';
import { leanTransport } from './lean-transport.ts';
import { wsTransport } from './ws-transport.ts';

describe.for([wsTransport, leanTransport])('transport $name', (transport) => {
  test.for(CONFORMANCE_CASES)('$name', async (row) => {
    const trace = await traceCase(transport, row);

    expect(trace).toMatchObject(row.expected);
  });

  test('fails in phase tcp on a closed port', async () => {
    const server = await startRawServer(() => {});
    const { url } = server;
    await server[Symbol.asyncDispose]();

    const trace = await traceAttempt(transport, { url });

    expect(trace.outcome).toEqual({ kind: 'failed', phase: 'tcp', code: 'ECONNREFUSED' });
  });

  test('fails in phase dns on a name that does not exist', async () => {
    const trace = await traceAttempt(transport, { url: 'ws://no-such-host.invalid/ws', budgetMs: 4_000 });

    expect(trace.outcome).toMatchObject({ phase: 'dns' });
  });

  test('fails in phase tls when the peer speaks plain text', async () => {
    await using server = await startRawServer(
      () => {},
      (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
    );

    const trace = await traceAttempt(transport, { url: `wss://127.0.0.1:${server.port}/ws` });

    expect(trace.outcome).toMatchObject({ kind: 'failed', phase: 'tls' });
  });
});
