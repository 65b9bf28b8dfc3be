/** One thing that is wrong with the settings; several are reported together, before any packet. */
export interface SettingProblem {
  /** Canonical name, or the name as it was found when it is not a setting of ours. */
  readonly setting: string;
  readonly expected: string;
  /** What was found; never the value of a secret. */
  readonly got: string;
  readonly origin: string;
  readonly next: string;
}

/** Returns one problem as a sentence: setting, expected, got, where, next step. */
export function describeProblem(problem: SettingProblem): string {
  return `${problem.setting}: expected ${problem.expected}, got ${problem.got} (${problem.origin}). ${problem.next}`;
}
