import type { Diagnosis } from '../lib/diagnosis/diagnosis.ts';
import type { PairScore, SingleScore } from './diagnosis-score.ts';

/** Share of runs whose first label must be right (issue 4: top-1 of at least 95 %). */
const MIN_TOP_1 = 0.95;
/** Pairs that must have been seen beside each other. */
const MIN_PAIRS = 40;

/** All that was judged. */
export interface Bench {
  readonly scores: readonly SingleScore[];
  readonly doubles: readonly PairScore[];
  readonly planned: { readonly singles: number; readonly pairs: number };
  readonly missing: number;
  /** Faults that the matrix declares not red. */
  readonly notRed: readonly string[];
}

/** The matrix as text, and whether every bar is met. */
export function verdictOf(
  { scores, doubles, planned, missing, notRed }: Bench,
  hasDetails: boolean,
): { readonly lines: readonly string[]; readonly isGood: boolean } {
  // What was not red has no label that could be taken away; it is counted as a miss of top-1.
  const known = scores.filter((score) => !expects(score, 'UNKNOWN') && score.top !== 'nothing red');
  const right = scores.filter((score) => expects(score, score.top));
  const secondRight = scores.filter(
    (score) => expects(score, score.top) || expects(score, score.second ?? ''),
  );
  const rightRenamed = scores.filter((score) => expects(score, score.topRenamed));
  const changed = scores.filter(({ top, topRenamed }) => top !== topRenamed);
  const named = scores.filter(({ isNamed }) => isNamed);
  const wronglySure = scores.filter(({ isWronglySure }) => isWronglySure);
  const stubborn = known.filter(({ topWithoutRule }) => topWithoutRule !== 'UNKNOWN');
  const seen = doubles.filter(({ isHidden }) => !isHidden);
  const sure = seen.filter(({ isWronglySure }) => isWronglySure);
  const bars: readonly (readonly [text: string, isMet: boolean])[] = [
    [
      `recorded            ${share(scores.length, planned.singles)}; ${missing} recordings missing`,
      missing === 0,
    ],
    [`top-1               ${share(right.length, scores.length)}, bar 95 %`, isShare(right, scores)],
    [
      `top-1 when renamed  ${share(rightRenamed.length, scores.length)}, bar 95 %`,
      isShare(rightRenamed, scores),
    ],
    [
      `  labels that changed: ${changed.length}; records that hold the name of their fault: ${named.length}`,
      changed.length === 0,
    ],
    [
      `UNKNOWN without its rule  ${share(known.length - stubborn.length, known.length)}, bar 100 %`,
      stubborn.length === 0,
    ],
    [
      `double faults seen beside each other  ${seen.length} of ${doubles.length} recorded, ${planned.pairs} planned, bar ${MIN_PAIRS}`,
      seen.length >= MIN_PAIRS,
    ],
    [
      `  one confident label  ${sure.length}, bar 0; both named ${seen.filter(({ namesBoth }) => namesBoth).length}`,
      sure.length === 0,
    ],
  ];
  const lines = [
    ...table(scores),
    '',
    `confusion (expected -> first label, where it was another one)`,
    ...confusion(scores),
    '',
    ...bars.map(([text, isMet]) => `${isMet ? ' ' : '!'} ${text}`),
    `  top-1 by seed       ${bySeed(scores)}`,
    `  top-2               ${share(secondRight.length, scores.length)}`,
    `  wrongly confident   ${share(wronglySure.length, scores.length)}: ${wronglySure.map(({ recording, top }) => `${recording.name} ${top}`).join(', ')}`,
    `  first label UNKNOWN ${share(scores.filter(({ top }) => top === 'UNKNOWN').length, scores.length)}; expected ${scores.filter((score) => expects(score, 'UNKNOWN')).length}`,
    `  not red by declaration, not recorded: ${notRed.length} (${notRed.join(', ')})`,
    ...sure.map(
      (score) =>
        `! pair ${score.recording.name} (${score.recording.expected.join(', ')}): ${told(score.diagnosis)}`,
    ),
    ...stubborn.map(
      ({ recording, withoutRule }) =>
        `! without ${recording.expected.join()}: ${recording.name}: ${told(withoutRule)}`,
    ),
    ...(hasDetails ? details(scores) : []),
  ];
  return { lines, isGood: bars.every(([, isMet]) => isMet) };
}

function expects({ recording }: SingleScore, label: string): boolean {
  return recording.expected.includes(label);
}

function isShare(part: readonly unknown[], whole: readonly unknown[]): boolean {
  return whole.length > 0 && part.length / whole.length >= MIN_TOP_1;
}

function share(part: number, whole: number): string {
  return `${part} of ${whole} (${((100 * part) / Math.max(whole, 1)).toFixed(1)} %)`;
}

function bySeed(scores: readonly SingleScore[]): string {
  return [...new Set(scores.map(({ recording }) => recording.seed))]
    .map((seed) => {
      const own = scores.filter(({ recording }) => recording.seed === seed);
      return `${seed}: ${own.filter((score) => expects(score, score.top)).length} of ${own.length}`;
    })
    .join(', ');
}

function table(scores: readonly SingleScore[]): readonly string[] {
  const names = [...new Set(scores.flatMap(({ recording }) => recording.expected))].toSorted();
  const head = ['runs', 'top-1', 'top-2', 'renamed', 'wrongly sure', 'UNKNOWN', 'UNKNOWN without its rule'];
  const rows = names.map((name) => {
    const own = scores.filter((score) => expects(score, name));
    const count = (holds: (score: SingleScore) => boolean): number => own.filter(holds).length;
    return [
      name.padEnd(26),
      ...[
        own.length,
        count(({ top }) => top === name),
        count(({ top, second }) => top === name || second === name),
        count(({ topRenamed }) => topRenamed === name),
        count(({ isWronglySure }) => isWronglySure),
        count(({ top }) => top === 'UNKNOWN'),
        name === 'UNKNOWN' ? '-' : count(({ topWithoutRule }) => topWithoutRule === 'UNKNOWN'),
      ].map((cell, at) => String(cell).padStart(head[at]?.length ?? 0)),
    ].join('  ');
  });
  return [`${'hypothesis'.padEnd(26)}  ${head.join('  ')}`, ...rows];
}

function confusion(scores: readonly SingleScore[]): readonly string[] {
  const cells = new Map<string, string[]>();
  for (const score of scores) {
    if (expects(score, score.top)) continue;
    const cell = `${score.recording.expected.join()} -> ${score.top}`;
    cells.set(cell, [...(cells.get(cell) ?? []), score.recording.name]);
  }
  return [...cells].map(([cell, runs]) => `  ${cell}: ${runs.length} (${runs.join(', ')})`).toSorted();
}

function details(scores: readonly SingleScore[]): readonly string[] {
  return scores
    .filter((score) => !expects(score, score.top) || score.diagnosis.state !== 'one cause')
    .map(
      ({ recording, diagnosis }) =>
        `  ${recording.name} (${recording.expected.join()}): ${told(diagnosis)} [${diagnosis.symptoms.join('; ')}]`,
    );
}

function told({ state, hypotheses }: Diagnosis): string {
  const causes = hypotheses
    .filter(({ role }) => role === 'cause' || role === 'secondary')
    .map(({ hypothesis, role, score }) => `${hypothesis}${role === 'cause' ? '' : ' (secondary)'} ${score}`);
  return `${state}: ${causes.join(', ') || 'UNKNOWN'}`;
}
