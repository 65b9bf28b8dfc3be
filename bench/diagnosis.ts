import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readPlan } from '../lib/cli/policy/plan-file.ts';
import { faultName } from '../lib/proof/expectation.ts';
import { readRun, record } from './diagnosis-corpus.ts';
import { type Bench, verdictOf } from './diagnosis-matrix.ts';
import { catalogue, pairRecordings, singleRecordings } from './diagnosis-plan.ts';
import { scorePair, type SingleScore, scoreSingle } from './diagnosis-score.ts';
import { writeLine } from './output.ts';

// Confusion matrix of the diagnosis: npm run bench:diagnosis [-- --seeds 1,2,3 --pairs N --jobs N --faults A,B --corpus DIR
// --record-for SECONDS --variants --details]. What the corpus holds is judged again in seconds; 0 seconds record nothing.
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2,3,4,5' },
    pairs: { type: 'string', default: '80' },
    jobs: { type: 'string', default: '2' },
    faults: { type: 'string' },
    corpus: { type: 'string', default: 'reports/bench-diagnosis' },
    'record-for': { type: 'string' },
    variants: { type: 'boolean', default: false },
    details: { type: 'boolean', default: false },
  },
});
const root = process.cwd();
const corpus = join(root, values.corpus);
const { checks: plan } = readPlan(root);
const seeds = values.seeds.split(',').map(Number);
const { red, notRed } = catalogue(values.variants);
const wanted = values.faults?.split(',');
const entries = red.filter((entry) => wanted === undefined || wanted.includes(faultName(entry)));
const singles = singleRecordings(entries, seeds);
const pairs = pairRecordings(entries, plan, Number(values.pairs), seeds[0] ?? 1);

const startedAtMs = performance.now();
const budgetMs = values['record-for'] === undefined ? Infinity : Number(values['record-for']) * 1_000;
const firstSeed = singles.slice(0, entries.length);
const options = {
  root,
  corpus,
  plan,
  jobs: Number(values.jobs),
  untilMs: startedAtMs + budgetMs,
  say: writeLine,
};
// The pairs come after the first seed: a slice of time that is too short for all leaves something of each kind.
const missing = await record([...firstSeed, ...pairs, ...singles.slice(entries.length)], options);
if (budgetMs > 0) writeLine(`recorded in ${Math.round((performance.now() - startedAtMs) / 1_000)} s`);

const symptoms = new Map<string, readonly string[]>();
const scores: SingleScore[] = [];
for (const recording of singles) {
  const run = readRun(corpus, recording);
  if (run === null) continue;
  const score = scoreSingle(run);
  scores.push(score);
  for (const { fault } of recording.entries)
    symptoms.set(fault, [...(symptoms.get(fault) ?? []), ...score.diagnosis.symptoms]);
}
const doubles = pairs.flatMap((recording) => {
  const run = readRun(corpus, recording);
  const alone = recording.entries.map(({ fault }) => symptoms.get(fault) ?? []);
  return run === null ? [] : [scorePair(run, alone)];
});

const bench: Bench = {
  scores,
  doubles,
  planned: { singles: singles.length, pairs: pairs.length },
  missing,
  notRed,
};
const { lines, isGood } = verdictOf(bench, values.details);
for (const line of lines) writeLine(line);
process.exitCode = isGood ? 0 : 1;
