/** Suites by phase, in the order in which they run (design.md §6); the folder name under `suites/` is the suite. */
export const SUITE_PHASES: Readonly<Record<string, number>> = {
  preflight: 0,
  api: 1,
  core: 1,
  handshake: 1,
  performance: 2,
  regression: 3,
  resilience: 3,
  'agent-events': 4,
  isolation: 4,
  auth: 5,
  breaker: 6,
  closing: 7,
};

/** Returns suite and phase of a spec file. @throws {TypeError} for a file outside the known suites. */
export function placeOf(specFile: string): {
  readonly suite: string;
  readonly phase: number;
  readonly file: string;
} {
  const match = /(?:^|\/)(suites\/([^/]+)\/[^/]+\.spec\.ts)$/.exec(specFile.replaceAll('\\', '/'));
  const [, file, suite] = match ?? [];
  const phase = suite === undefined || !Object.hasOwn(SUITE_PHASES, suite) ? undefined : SUITE_PHASES[suite];
  if (file === undefined || suite === undefined || phase === undefined) {
    throw new TypeError(
      `expected a spec in suites/<${Object.keys(SUITE_PHASES).join('|')}>/, got ${specFile}`,
    );
  }
  return { suite, phase, file };
}
