import { configDefaults, defineConfig } from 'vitest/config';

/** Every fault through the whole program: the longest of all, so a job of its own. */
const PROOFS = 'fixtures/fault-matrix.test.ts';

/** Tests of many whole runs each: too long for `check`, so a step of CI of their own. */
const REHEARSALS = [
  'fixtures/paced-run.test.ts',
  'fixtures/repeated-run.test.ts',
  'lib/cli/run/emptied-spec.test.ts',
  'lib/cli/docs/ci-examples.test.ts',
  'lib/cli/docs/readme-example.test.ts',
  'lib/cli/run/fail-open-traps.test.ts',
  'lib/cli/commands/merge.test.ts',
  'lib/cli/commands/prove.test.ts',
  'lib/cli/commands/replay.test.ts',
  'lib/cli/commands/run.test.ts',
  'lib/cli/proof/scenario.test.ts',
  'lib/cli/run/separation.test.ts',
  'lib/cli/target/tls-target.test.ts',
];

/**
 * The project's own tests: a red result here is about us, never about a deployment.
 * The suites run through `stagegate run`, which brings a configuration of its own.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    allowOnly: false,
    passWithNoTests: false,
    dangerouslyIgnoreUnhandledErrors: false,
    expect: { requireAssertions: true },
    retry: 0,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Tests that run whole processes share two cores with the files beside them.
    maxConcurrency: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // No test replaces a module or keeps state in one: a process for each file would cost more than its tests.
          isolate: false,
          // They wait more than they work, and many measure time: side by side they would spoil each other.
          fileParallelism: false,
          include: ['lib/**/*.test.ts', 'fixtures/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: [...configDefaults.exclude, PROOFS, ...REHEARSALS],
        },
      },
      { extends: true, test: { name: 'faults', include: [PROOFS] } },
      { extends: true, test: { name: 'rehearsal', include: REHEARSALS } },
      // Each tool of `check` is shown to fail on what it is there for.
      {
        extends: true,
        test: {
          name: 'selftest',
          include: ['.ci/selftest/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      // The same proxies as the faults of an intermediary, with a real one: needs nginx and openssl.
      { extends: true, test: { name: 'proxy', include: ['.ci/proxy/*.test.ts'] } },
      // The report page as its readers see it: needs chromium.
      { extends: true, test: { name: 'browser', include: ['.ci/browser/*.test.ts'] } },
    ],
  },
});
