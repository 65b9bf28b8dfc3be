import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createTokenSource, type TokenSource } from '../lib/auth/token-source.ts';
import { users as createUsers, type User } from '../lib/auth/user.ts';
import { resolveSettings, type Settings } from '../lib/config/settings.ts';
import { Ledger, type Recorder } from '../lib/evidence/ledger.ts';
import { AppendFile } from '../lib/foundation/append-file.ts';
import { systemClock } from '../lib/foundation/clock.ts';
import { randomBase64Url } from '../lib/foundation/random.ts';
import { SecretIndex } from '../lib/foundation/redaction.ts';
import { Secret } from '../lib/foundation/secret.ts';
import type { Connection } from '../lib/ws/connection.ts';
import { leanTransport } from '../lib/ws/lean-transport.ts';
import { openConnection } from '../lib/ws/opening-handshake.ts';
import { wsTransport } from '../lib/ws/ws-transport.ts';
import { closeBare, openBare } from './floor-client.ts';
import { startLoadServer } from './load-process.ts';
import { writeLine } from './output.ts';
import { formatSummary, summarize, summarizeRatios } from './statistics.ts';

/**
 * T4 of performance.md §7: openings per second with tokens minted in batches and a record per handshake, against bare `ws`
 * openings, in one run. Options: `--rounds N` (default 7), `--openings N` per round (default 1 000), `--transport lean|ws`.
 */
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    openings: { type: 'string', default: '1000' },
    transport: { type: 'string', default: 'lean' },
  },
});
const OPENINGS = Number(options.openings);
const IN_FLIGHT = 128;
const BAR = 0.8;
const transport = options.transport === 'ws' ? wsTransport : leanTransport;
const { signal } = new AbortController();

/** Runs `open` for every item, a bounded number at once. */
async function openAll<Item, Opened>(
  items: readonly Item[],
  open: (item: Item) => Promise<Opened>,
): Promise<readonly Opened[]> {
  const opened: Opened[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let item = items[next]; item !== undefined; item = items[next]) {
      next += 1;
      opened.push(await open(item));
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, () => lane()));
  return opened;
}

function mintingSettings(): Settings {
  const url = 'http://127.0.0.1:1';
  const result = resolveSettings({
    environment: 'local',
    fileText: null,
    filePath: '.env.local',
    processEnvironment: {},
    embedded: {
      backendUrl: url,
      authServiceUrl: url,
      websocketUrl: 'ws://127.0.0.1:1/ws',
      caFile: null,
      environment: 'staging',
      revision: 'bench',
      timeScale: 1,
      jwtSecretKey: new Secret('bench key', randomBase64Url(32)),
      bypassKey: new Secret('bench bypass key', randomBase64Url(32)),
    },
  });
  if (!result.ok) throw new Error(`expected settings, got ${JSON.stringify(result.problems)}`);
  return { ...result.settings, tokenSource: 'minted' };
}

using server = await startLoadServer();
const folder = mkdtempSync(join(tmpdir(), 'stagegate-bench-'));
// As a load run does: tokens are redacted as they stand, their encodings are looked for in the final scan.
const secrets = new SecretIndex({ encodings: 'at-scan' });
const file = new AppendFile(join(folder, 'evidence.ndjson'));
const ledger = new Ledger({
  writer: 'bench',
  sink: (lines) => file.append(lines),
  redact: (line) => secrets.redact(line),
  runStartedAt: systemClock.wallTime(),
});
const recorder: Recorder = { record: (body) => ledger.add('T4', body).id, now: () => ledger.now() };
const source: TokenSource = createTokenSource({ settings: mintingSettings(), recorder, secrets });
// As long as a token of ours, so that both requests have the same size.
const bareToken = `eyJ${'x'.repeat(440)}`;

async function measureBare(): Promise<number> {
  const urls = Array.from({ length: OPENINGS }, (_, at) => `${server.origin}/ws?user=u-${at}`);
  const startedAtMs = systemClock.now();
  const sockets = await openAll(urls, (url) => openBare(url, bareToken));
  const perSec = (OPENINGS * 1_000) / (systemClock.now() - startedAtMs);
  await Promise.all(sockets.map((socket) => closeBare(socket)));
  return perSec;
}

async function measureOurs(round: number): Promise<number> {
  const subjects: readonly User[] = createUsers(OPENINGS, { runId: `bench-${round}` });
  const startedAtMs = systemClock.now();
  const tokens = await source.mintBatch(subjects, { signal });
  const connections = await openAll(tokens, async (token): Promise<Connection> => {
    const result = await openConnection({
      url: `${server.origin}/ws?user=${token.subject ?? ''}`,
      token,
      authTransport: 'authorization-header',
      runId: 'bench',
      recorder,
      secrets,
      budgetMs: 10_000,
      signal,
      transport,
    });
    if (result.kind !== 'open') throw new Error(`expected an open connection, got ${result.kind}`);
    return result.connection;
  });
  ledger.flush();
  const perSec = (OPENINGS * 1_000) / (systemClock.now() - startedAtMs);
  await Promise.all(connections.map((connection) => connection.close()));
  return perSec;
}

const bare: number[] = [];
const ours: number[] = [];
await measureBare();
await measureOurs(0);
for (let round = 1; round <= Number(options.rounds); round += 1) {
  bare.push(await measureBare());
  ours.push(await measureOurs(round));
}
ledger.flush();
file.close();
rmSync(folder, { recursive: true });
if (ledger.failure !== null) throw new Error('expected a written ledger, got a failing sink');

const ratios = summarizeRatios(ours, bare);
writeLine(
  `T4 openings, ${OPENINGS} a round, ${IN_FLIGHT} in flight, transport ${transport.name}; ${server.placement}`,
);
writeLine(formatSummary('bare ws', 'opens/s', summarize(bare), 0));
writeLine(formatSummary('minted, opened, recorded', 'opens/s', summarize(ours), 0));
writeLine(`${formatSummary('ours / bare ws', 'ratio', ratios, 3)}  bar ${BAR.toFixed(2)}`);
if (ratios.median < BAR) process.exitCode = 1;
