import { parseArgs } from 'node:util';
import { PLACEMENT, startLoadServer } from './load-process.ts';
import { writeLine } from './output.ts';
import { describeMode, pairedRatios, pairedRounds } from './paired-rounds.ts';
import { formatSummary } from './statistics.ts';

/**
 * T1 of performance.md §7: contract-checked events per second against bare `ws` and `JSON.parse`, in one run.
 * Options: `--rounds N` (default 24), `--slice-ms N` (default 250), `--modes floor,full,digest`, `--transport lean|ws`.
 */
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '24' },
    'slice-ms': { type: 'string', default: '250' },
    modes: { type: 'string', default: 'floor,full,digest' },
    transport: { type: 'string', default: 'lean' },
  },
});
const CONNECTIONS = 100;
const WARM_UP_MS = 2_500;
/** Above what all connections together keep the text of, so that a slow machine measures the steady state too. */
const WARM_UP_EVENTS = 40_000;
const BARS = { full: 0.7, digest: 0.8 } as const;

type Mode = 'floor' | 'full' | 'digest';
const NAMES: Readonly<Record<Mode, string>> = {
  floor: 'ws + JSON.parse',
  full: 'full ledger',
  digest: 'digest ledger',
};
const ALL_MODES: readonly Mode[] = ['floor', 'full', 'digest'];
const modes = ALL_MODES.filter((mode) => options.modes.split(',').includes(mode));

await using server = await startLoadServer();
const rounds = await pairedRounds({
  server,
  modes,
  program: 'load-client',
  options: [options.transport, CONNECTIONS, WARM_UP_MS, WARM_UP_EVENTS].map(String),
  rounds: Number(options.rounds),
  sliceSize: Number(options['slice-ms']),
});

writeLine(
  `T1 contract-checked events, ${CONNECTIONS} connections each, closed loop, transport ${options.transport}; ${PLACEMENT}`,
);
writeLine(
  `a round runs every client twice for ${options['slice-ms']} ms, forth and back; not counted: the first ${WARM_UP_EVENTS} events and ${WARM_UP_MS} ms of each`,
);
writeLine(rounds.rule);
for (const mode of modes) {
  for (const line of describeMode(NAMES[mode], 'event', rounds.of.get(mode) ?? [])) writeLine(line);
}
const floor = rounds.of.get('floor') ?? [];
for (const mode of ['full', 'digest'] as const) {
  if (!modes.includes(mode) || floor.length === 0) continue;
  const { bySpeed, byCost } = pairedRatios(rounds.of.get(mode) ?? [], floor);
  writeLine(`${formatSummary(`${NAMES[mode]} / floor`, 'ratio', bySpeed, 3)}  bar ${BARS[mode].toFixed(2)}`);
  writeLine(formatSummary(`floor / ${NAMES[mode]}, by CPU`, 'ratio', byCost, 3));
  if (bySpeed.median < BARS[mode]) process.exitCode = 1;
}
