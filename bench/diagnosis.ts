import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EXPECTED_CAUSE } from '../fixtures/fault-matrix/cause.ts';
import { diagnose } from '../lib/diagnosis/diagnose.ts';
import { readRun, recordRuns, runName } from './diagnosis-corpus.ts';
import { type Score, scorePair, scoreSingle } from './diagnosis-score.ts';
import { writeLine } from './output.ts';

// Confusion matrix of the diagnosis: npm run bench:diagnosis [-- --seeds N --pairs N --jobs N --faults A,B --out DIR].
// Runs are recorded once into the folder and judged again from it; delete the folder to record anew.
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1' },
    pairs: { type: 'string', default: '40' },
    jobs: { type: 'string', default: '2' },
    faults: { type: 'string' },
    out: { type: 'string', default: 'reports/bench-diagnosis' },
  },
});
const MIN_TOP_1 = 0.95;
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
const folder = join(process.cwd(), values.out);
const faults = values.faults === undefined ? Object.keys(EXPECTED_CAUSE) : values.faults.split(',');
const expectedOf = (fault: string): string => EXPECTED_CAUSE[fault] ?? 'UNKNOWN';

/** Pairs of faults with different hypotheses, spread over the catalogue. */
function pairsOf(count: number): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (let step = 1; step < faults.length && pairs.length < count; step += 7) {
    for (let at = 0; at < faults.length && pairs.length < count; at += 3) {
      const [first, second] = [faults[at], faults[(at + step * 13) % faults.length]];
      if (first === undefined || second === undefined || expectedOf(first) === expectedOf(second)) continue;
      pairs.push([first, second]);
    }
  }
  return pairs;
}

const singles = faults.flatMap((fault) => seeds.map((seed) => ({ fault, name: runName([fault], seed) })));
const pairs = pairsOf(Number(values.pairs)).map((both) => ({ both, name: runName(both, 1) }));
await recordRuns(
  folder,
  [...singles, ...pairs].map(({ name }) => name),
  Number(values.jobs),
);

const symptoms = new Map<string, readonly string[]>();
const scores: Score[] = [];
for (const { fault, name } of singles) {
  const run = readRun(folder, name);
  if (run === null) {
    writeLine(`not recorded: ${name}`);
    continue;
  }
  symptoms.set(fault, diagnose(run.record, run.evidence).symptoms);
  const score = scoreSingle(run, expectedOf(fault));
  if (score === null) writeLine(`nothing red:  ${name}`);
  else scores.push(score);
}
const doubles = pairs.flatMap(({ both, name }) => {
  const run = readRun(folder, name);
  const score =
    run === null
      ? null
      : scorePair(
          run,
          both.map(expectedOf),
          both.map((fault) => symptoms.get(fault) ?? []),
        );
  return score === null ? [] : [score];
});

const names = [...new Set(scores.flatMap(({ expected }) => expected))].toSorted();
writeLine(
  `\n${'hypothesis'.padEnd(28)} runs  top-1 top-2 wrongly sure  unknown  without its rule  named instead`,
);
for (const name of names) {
  const own = scores.filter(({ expected }) => expected.includes(name));
  const count = (holds: (score: Score) => boolean): string => String(own.filter(holds).length).padStart(5);
  const instead = own.filter(({ top }) => top !== name).map(({ top, run }) => `${run.name}: ${top}`);
  writeLine(
    `${name.padEnd(28)}${String(own.length).padStart(5)} ${count(({ top }) => top === name)} ${count(({ top, second }) => top === name || second === name)}` +
      `${count(({ isWronglySure }) => isWronglySure).padStart(13)} ${count(({ top }) => top === 'UNKNOWN').padStart(8)}` +
      ` ${count(({ withoutRule }) => withoutRule === 'UNKNOWN').padStart(16)}   ${instead.join('; ')}`,
  );
}
const share = (part: number, whole: number): string =>
  `${part} of ${whole} (${((100 * part) / Math.max(whole, 1)).toFixed(1)} %)`;
const right = scores.filter(({ top, expected }) => expected.includes(top)).length;
const stable = scores.filter(({ isSameRenamed }) => isSameRenamed).length;
const known = scores.filter(({ expected }) => !expected.includes('UNKNOWN'));
const humble = known.filter(({ withoutRule }) => withoutRule === 'UNKNOWN').length;
const sure = doubles.filter(({ isWronglySure }) => isWronglySure);
writeLine(`\ntop-1                     ${share(right, scores.length)}, bar ${MIN_TOP_1 * 100} %`);
writeLine(`same labels when renamed  ${share(stable, scores.length)}`);
writeLine(`unknown without its rule  ${share(humble, known.length)}`);
writeLine(
  `double faults seen        ${doubles.length} of ${pairs.length}; one confident label on ${sure.length}`,
);
for (const { run, top, diagnosis } of sure)
  writeLine(`  ${run.name}: ${top} [${diagnosis.symptoms.join('; ')}]`);
for (const { run, withoutRule } of known.filter((score) => score.withoutRule !== 'UNKNOWN'))
  writeLine(`  without its rule ${run.name}: ${withoutRule}`);
process.exitCode =
  right / Math.max(scores.length, 1) >= MIN_TOP_1 &&
  stable === scores.length &&
  sure.length === 0 &&
  humble === known.length
    ? 0
    : 1;
