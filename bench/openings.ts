import { parseArgs } from 'node:util';
import { PLACEMENT, startLoadServer } from './load-process.ts';
import { writeLine } from './output.ts';
import { describeMode, pairedRatios, pairedRounds } from './paired-rounds.ts';
import { formatSummary } from './statistics.ts';

/**
 * T4 of performance.md §7: openings per second with tokens minted in batches and a record per handshake, against bare `ws`
 * openings, in one run. Options: `--rounds N` (default 24), `--openings N` per slice (default 400), `--transport lean|ws`.
 */
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '24' },
    openings: { type: 'string', default: '400' },
    transport: { type: 'string', default: 'lean' },
  },
});
const IN_FLIGHT = 128;
const WARM_UP_OPENINGS = 3_000;
const BAR = 0.8;

await using server = await startLoadServer();
const rounds = await pairedRounds({
  server,
  modes: ['bare', 'ours'],
  program: 'opening-client',
  options: [options.transport, IN_FLIGHT, WARM_UP_OPENINGS].map(String),
  rounds: Number(options.rounds),
  sliceSize: Number(options.openings),
});
const bare = rounds.of.get('bare') ?? [];
const ours = rounds.of.get('ours') ?? [];
const { bySpeed, byCost } = pairedRatios(ours, bare);
writeLine(`T4 openings, ${IN_FLIGHT} in flight, transport ${options.transport}; ${PLACEMENT}`);
writeLine(
  `a round opens ${options.openings} connections twice per client, forth and back; not counted: the first ${WARM_UP_OPENINGS} of each, and closing`,
);
writeLine(rounds.rule);
for (const line of describeMode('bare ws', 'open', bare)) writeLine(line);
for (const line of describeMode('minted, opened, recorded', 'open', ours)) writeLine(line);
writeLine(`${formatSummary('ours / bare ws', 'ratio', bySpeed, 3)}  bar ${BAR.toFixed(2)}`);
writeLine(formatSummary('bare ws / ours, by CPU', 'ratio', byCost, 3));
if (bySpeed.median < BAR) process.exitCode = 1;
