import { describe, expect, test } from 'vitest';
import { MemoryLedger } from '../http/memory-ledger.ts';
import { startRawServer, type PeerScript } from './raw-peer.ts';
import { probeUpgrade, type UpgradeAnswer } from './upgrade-probe.ts';

async function probe(
  script: PeerScript,
  headers: Readonly<Record<string, string | null>> = {},
): Promise<{ readonly answer: UpgradeAnswer; readonly ledger: MemoryLedger }> {
  await using server = await startRawServer(script);
  const ledger = new MemoryLedger();
  const answer = await probeUpgrade({
    url: server.url,
    token: null,
    runId: 'run-1',
    recorder: ledger.recorder,
    secrets: ledger.secrets,
    headers,
    budgetMs: 300,
    signal: new AbortController().signal,
  });
  return { answer, ledger };
}

describe('a probe of the opening handshake', () => {
  test('reads a correct 101 answer, and records it as open', async () => {
    const { answer, ledger } = await probe((peer) => peer.accept());

    expect(answer).toMatchObject({ kind: 'answered', status: 101, isAcceptRight: true });
    expect(ledger.recorder.seen()[0]?.body).toMatchObject({
      kind: 'ws.handshake',
      outcome: { kind: 'open' },
    });
  });

  test('tells an accept that belongs to another key', async () => {
    const { answer } = await probe((peer) => peer.write(peer.upgradeBytes([], 'AAAA')));

    expect(answer).toMatchObject({ status: 101, isAcceptRight: false });
  });

  test('sends headers as it is told, and leaves out what is null', async () => {
    const heads: string[] = [];
    const { answer } = await probe(
      (peer) => {
        heads.push(peer.head);
        peer.socket.end(
          'HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\nContent-Length: 0\r\n\r\n',
        );
      },
      { 'sec-websocket-version': '99', 'sec-websocket-key': null },
    );

    expect(answer).toMatchObject({ status: 426, headers: { 'sec-websocket-version': '13' } });
    expect(heads[0]).toContain('sec-websocket-version: 99');
    expect(heads[0]).not.toContain('sec-websocket-key');
  });

  test.for([
    ['silence', () => undefined],
    ['an end', (peer) => peer.socket.end()],
    ['no HTTP', (peer) => peer.socket.end('hello\r\n\r\n')],
  ] as const satisfies readonly (readonly [string, PeerScript])[])(
    'is unanswered by %s',
    async ([, script]) => {
      const { answer, ledger } = await probe(script);

      expect(answer.kind).toBe('unanswered');
      expect(ledger.recorder.seen()[0]?.body).toMatchObject({ outcome: { kind: 'failed' } });
    },
  );
});
