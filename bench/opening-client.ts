import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { measureSlice, serveSlices, type Slice } from './slice.ts';

/**
 * One client of T4, asked for slices by its parent: `opening-client MODE ORIGIN TRANSPORT IN_FLIGHT WARM_UP_OPENINGS`. The size of a
 * slice is the number of its openings; their closing handshakes are not in its time.
 */
const [, , mode = '', origin = '', transportName = '', ...numbers] = process.argv;
const [inFlight = Number.NaN, warmUp = Number.NaN] = numbers.map(Number);
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
  await Promise.all(Array.from({ length: inFlight }, () => lane()));
  return opened;
}

// As long as a token of ours, so that both requests have the same size.
const bareToken = `eyJ${'x'.repeat(440)}`;

async function runBare(openings: number): Promise<Slice> {
  const urls = Array.from({ length: openings }, (_, at) => `${origin}/ws?user=u-${at}`);
  let sockets: readonly Awaited<ReturnType<typeof openBare>>[] = [];
  const slice = await measureSlice(async () => {
    sockets = await openAll(urls, (url) => openBare(url, bareToken));
    return sockets.length;
  });
  await Promise.all(sockets.map((socket) => closeBare(socket)));
  return slice;
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
const transport = transportName === 'ws' ? wsTransport : leanTransport;

async function openOurs(token: Awaited<ReturnType<TokenSource['tokenFor']>>): Promise<Connection> {
  const result = await openConnection({
    url: `${origin}/ws?user=${token.subject ?? ''}`,
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
}

let slices = 0;
async function runOurs(openings: number): Promise<Slice> {
  slices += 1;
  const subjects: readonly User[] = createUsers(openings, { runId: `bench-${slices}` });
  let connections: readonly Connection[] = [];
  const slice = await measureSlice(async () => {
    const tokens = await source.mintBatch(subjects, { signal });
    connections = await openAll(tokens, openOurs);
    // What was recorded in the slice is written in the slice.
    ledger.flush();
    return connections.length;
  });
  await Promise.all(connections.map((connection) => connection.close()));
  return slice;
}

if (mode !== 'bare' && mode !== 'ours') throw new TypeError(`expected a mode, got "${mode}"`);
const run = mode === 'bare' ? runBare : runOurs;
for (let done = 0; done < warmUp; done += 500) await run(500);
await serveSlices(run);
ledger.flush();
file.close();
rmSync(folder, { recursive: true });
if (ledger.failure !== null) throw new Error('expected a written ledger, got a failing sink');
