import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger, type Recorder } from '../lib/evidence/ledger.ts';
import { AppendFile } from '../lib/foundation/append-file.ts';
import { systemClock } from '../lib/foundation/clock.ts';
import { randomBase64Url } from '../lib/foundation/random.ts';
import { SecretIndex } from '../lib/foundation/redaction.ts';
import { leanTransport } from '../lib/ws/lean-transport.ts';
import { wsTransport } from '../lib/ws/ws-transport.ts';
import { openChecked } from './checked-client.ts';
import { openFloor } from './floor-client.ts';
import { loadUsers, type LoadSession } from './load-session.ts';
import { measureSlice, serveSlices } from './slice.ts';

/**
 * One client of T1, asked for slices by its parent: `load-client MODE ORIGIN TRANSPORT CONNECTIONS WARM_UP_MS WARM_UP_EVENTS`.
 * Its connections stay open over all slices, so what is measured is the steady state: the text samples of the first
 * messages are taken in the warm-up.
 */
const [, , mode = '', origin = '', transportName = '', ...numbers] = process.argv;
const [connections = Number.NaN, warmUpMs = Number.NaN, warmUpEvents = Number.NaN] = numbers.map(Number);
const folder = mkdtempSync(join(tmpdir(), 'stagegate-bench-'));
const secrets = new SecretIndex();
for (let i = 0; i < 10; i += 1) secrets.register(randomBase64Url(32), `bench ${i}`);
const file = new AppendFile(join(folder, 'evidence.ndjson'));
const ledger = new Ledger({
  writer: 'bench',
  sink: (lines) => file.append(lines),
  redact: (line) => secrets.redact(line),
  runStartedAt: systemClock.wallTime(),
});
// A load run keeps no copy of what it recorded: millions of records would be its own heap, not the target's.
const recorder: Recorder = {
  record: (body, atMs) => ledger.add('T1', body, atMs).id,
  now: () => ledger.now(),
};

async function open(): Promise<LoadSession> {
  const users = loadUsers(origin, connections);
  if (mode === 'floor') return openFloor(users);
  if (mode !== 'full' && mode !== 'digest') throw new TypeError(`expected a mode, got "${mode}"`);
  const transport = transportName === 'ws' ? wsTransport : leanTransport;
  return openChecked(users, { recorder, secrets, ledger: mode, transport });
}

async function drive(session: LoadSession, durationMs: number): Promise<number> {
  const endsAtMs = systemClock.now() + durationMs;
  const events = await session.drive(() => systemClock.now() >= endsAtMs);
  // What was recorded in the slice is written in the slice.
  ledger.flush();
  return events;
}

const session = await open();
const startedAtMs = systemClock.now();
let warmedUp = 0;
while (warmedUp < warmUpEvents || systemClock.now() - startedAtMs < warmUpMs) {
  warmedUp += await drive(session, 250);
}
await serveSlices(async (durationMs) => measureSlice(async () => drive(session, durationMs)));
await session[Symbol.asyncDispose]();
ledger.flush();
file.close();
rmSync(folder, { recursive: true });
if (ledger.failure !== null) throw new Error('expected a written ledger, got a failing sink');
