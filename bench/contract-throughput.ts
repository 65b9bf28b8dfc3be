import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
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
import { startLoadServer } from './load-process.ts';
import { writeLine } from './output.ts';
import { formatSummary, summarize, summarizeRatios } from './statistics.ts';

/**
 * T1 of performance.md §7: contract-checked events per second against bare `ws` and `JSON.parse`, in one run.
 * Options: `--rounds N` (default 7), `--round-ms N` (default 1 000), `--modes floor,full,digest`, `--transport lean|ws`.
 */
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    'round-ms': { type: 'string', default: '1000' },
    modes: { type: 'string', default: 'floor,full,digest' },
    transport: { type: 'string', default: 'lean' },
  },
});
const transport = options.transport === 'ws' ? wsTransport : leanTransport;
const CONNECTIONS = 100;
const WARM_UP_MS = 2_500;
/** Above what all connections together keep the text of, so that a slow machine measures the steady state too. */
const WARM_UP_EVENTS = 40_000;
const BARS = { full: 0.7, digest: 0.8 } as const;

type Mode = 'floor' | 'full' | 'digest';
const ALL_MODES: readonly Mode[] = ['floor', 'full', 'digest'];
const modes = ALL_MODES.filter((mode) => options.modes.split(',').includes(mode));

interface Measurement {
  readonly eventsPerSec: number;
  readonly cpuUsPerEvent: number;
}

// Connections stay open over all rounds, so what is measured is the steady state: the text samples of the first messages
// are taken in the warm-up.
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
const recorder: Recorder = { record: (body) => ledger.add('T1', body).id, now: () => ledger.now() };

using server = await startLoadServer();
const users = loadUsers(server.origin, CONNECTIONS);
const sessions = {
  floor: await openFloor(users),
  full: await openChecked(users, { recorder, secrets, ledger: 'full', transport }),
  digest: await openChecked(users, { recorder, secrets, ledger: 'digest', transport }),
} as const satisfies Record<Mode, LoadSession>;

async function measure(mode: Mode, durationMs: number): Promise<Measurement> {
  const cpuAtStart = process.cpuUsage();
  const startedAtMs = systemClock.now();
  const events = await sessions[mode].drive(() => systemClock.now() - startedAtMs >= durationMs);
  ledger.flush();
  const elapsedMs = systemClock.now() - startedAtMs;
  const cpu = process.cpuUsage(cpuAtStart);
  return { eventsPerSec: (events * 1_000) / elapsedMs, cpuUsPerEvent: (cpu.user + cpu.system) / events };
}

async function warmUp(mode: Mode): Promise<void> {
  const startedAtMs = systemClock.now();
  let events = 0;
  while (events < WARM_UP_EVENTS || systemClock.now() - startedAtMs < WARM_UP_MS) {
    const roundAtMs = systemClock.now();
    events += await sessions[mode].drive(() => systemClock.now() - roundAtMs >= WARM_UP_MS / 10);
  }
  ledger.flush();
}

const measured: Record<Mode, Measurement[]> = { floor: [], full: [], digest: [] };
for (const mode of modes) await warmUp(mode);
for (let round = 0; round < Number(options.rounds); round += 1) {
  for (const mode of modes) measured[mode].push(await measure(mode, Number(options['round-ms'])));
}
await Promise.all(ALL_MODES.map((mode) => sessions[mode][Symbol.asyncDispose]()));
ledger.flush();
file.close();
rmSync(folder, { recursive: true });
if (ledger.failure !== null) throw new Error('expected a written ledger, got a failing sink');

writeLine(
  `T1 contract-checked events, ${CONNECTIONS} connections, closed loop, transport ${transport.name}; ${server.placement}`,
);
const rates = (mode: Mode): readonly number[] => measured[mode].map(({ eventsPerSec }) => eventsPerSec);
const costs = (mode: Mode): readonly number[] => measured[mode].map(({ cpuUsPerEvent }) => cpuUsPerEvent);
for (const mode of modes) {
  const name = mode === 'floor' ? 'ws + JSON.parse' : `${mode} ledger`;
  writeLine(formatSummary(name, 'events/s', summarize(rates(mode)), 0));
  writeLine(formatSummary(name, 'us CPU/ev', summarize(costs(mode)), 2));
}
for (const mode of ['full', 'digest'] as const) {
  if (!modes.includes(mode) || !modes.includes('floor')) continue;
  const ratios = summarizeRatios(rates(mode), rates('floor'));
  writeLine(`${formatSummary(`${mode} ledger / floor`, 'ratio', ratios, 3)}  bar ${BARS[mode].toFixed(2)}`);
  writeLine(
    formatSummary(`floor / ${mode} ledger, by CPU`, 'ratio', summarizeRatios(costs('floor'), costs(mode)), 3),
  );
  if (ratios.median < BARS[mode]) process.exitCode = 1;
}
