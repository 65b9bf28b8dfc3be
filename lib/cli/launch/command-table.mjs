import {
  decimal,
  environmentName,
  faultName,
  oneOf,
  path,
  pattern,
  recordHash,
  revision,
  shard,
  userName,
  wholeNumber,
} from './flag-form.mjs';

// Every command and every flag, in the order in which the help shows them.

/**
 * @typedef {import('./flag-form.mjs').FlagForm} FlagForm
 * @typedef {{ type: 'string' | 'boolean', multiple?: boolean, short?: string, form?: FlagForm, value?: string, help: string }} FlagSpec
 * @typedef {{ summary: string, positionals?: string, about?: readonly string[], exits?: readonly string[], flags: Record<string, FlagSpec> }} CommandSpec
 */

/** @type {Record<string, FlagSpec>} */
const targetFlags = {
  env: {
    type: 'string',
    form: environmentName,
    value: 'NAME',
    help: 'environment to validate; reads .env.NAME (default: local)',
  },
  fault: {
    type: 'string',
    multiple: true,
    form: faultName,
    value: 'NAME[=PARAM]',
    help: 'switch a fault of the embedded backend on (local only)',
  },
  'time-scale': {
    type: 'string',
    form: decimal(0.01, 1),
    value: 'X',
    help: 'factor on all waiting times of the embedded backend (local only, default 0.1)',
  },
  'expect-revision': { type: 'string', form: revision, value: 'SHA', help: 'revision that must be deployed' },
};

/** @type {FlagSpec} */
const policyFlag = {
  type: 'string',
  form: path,
  value: 'FILE',
  help: 'policy to judge by (default: fixtures/policies/default.json)',
};

/** @type {Record<string, CommandSpec>} */
export const COMMANDS = {
  run: {
    summary: 'run the checks and decide (npm test)',
    about: [
      'npm test                                         against the embedded backend: no account, no secret',
      'npm test -- --env staging --smoke                the golden path of a deployment, in under a minute',
      'npm test -- --check AUTH-01 -t token             a part of the plan: never a GO',
    ],
    flags: {
      ...targetFlags,
      suite: { type: 'string', multiple: true, value: 'NAME', help: 'only this suite (partial run)' },
      check: { type: 'string', multiple: true, value: 'ID', help: 'only this check (partial run)' },
      'test-name-pattern': {
        type: 'string',
        form: pattern,
        short: 't',
        value: 'PATTERN',
        help: 'only checks whose id or title matches (partial run)',
      },
      smoke: { type: 'boolean', help: 'the short plan of the policy' },
      policy: policyFlag,
      change: {
        type: 'string',
        multiple: true,
        value: 'IDS',
        help: 'checks that say whether the change did what it claims, with commas between',
      },
      baseline: {
        type: 'string',
        form: path,
        value: 'RUN|latest-go',
        help: 'earlier whole run to compare with; latest-go is the newest GO of the environment',
      },
      waivers: {
        type: 'string',
        form: path,
        value: 'FILE',
        help: 'known reds that somebody answers for until a day',
      },
      shard: {
        type: 'string',
        form: shard,
        value: 'I/N',
        help: 'run the I-th of N parts, with the --seed that all parts share; the decision is left to merge',
      },
      repeat: {
        type: 'string',
        form: wholeNumber(1, 1_000),
        value: 'N',
        help: 'attempt every check N times',
      },
      seed: {
        type: 'string',
        form: wholeNumber(1, 0x7fffffff),
        value: 'N',
        help: 'seed of ids, prompts and order',
      },
      shuffle: { type: 'boolean', help: 'random order inside each phase, from the seed' },
      'no-probes': { type: 'boolean', help: 'make no separating probes after a red' },
      'probe-budget': {
        type: 'string',
        form: wholeNumber(0, 100),
        value: 'N',
        help: 'invalid tokens that the probes of a red run may send (default 2)',
      },
      'accept-conditional': { type: 'boolean', help: 'exit 0 on CONDITIONAL GO' },
      list: { type: 'boolean', help: 'print the plan and exit' },
      out: { type: 'string', form: path, value: 'DIR', help: 'folder of the reports (default: reports)' },
    },
  },
  doctor: {
    summary: 'climb the preflight ladder only and name the first broken rung',
    exits: ['exit code  0 every rung holds · 1 one is broken · 3 one was not decided · 64 usage or settings'],
    flags: {
      ...targetFlags,
      policy: policyFlag,
      wait: {
        type: 'string',
        form: wholeNumber(1, 3_600, 'seconds'),
        value: 'SECONDS',
        help: 'climb again until every rung holds; when the time is up, exit as the last climb did',
      },
    },
  },
  backend: {
    summary: 'serve the reference backend',
    exits: ['exit code  0 stopped by Ctrl-C · 64 usage · 70 it could not start, or ended by itself'],
    flags: {
      port: {
        type: 'string',
        form: wholeNumber(1, 65_535),
        value: 'N',
        help: 'port of the backend (default: any free one)',
      },
      'auth-port': {
        type: 'string',
        form: wholeNumber(1, 65_535),
        value: 'N',
        help: 'port of the auth service (default: any free one)',
      },
      fault: {
        type: 'string',
        multiple: true,
        form: faultName,
        value: 'NAME[=PARAM]',
        help: 'switch a fault on',
      },
      'list-faults': { type: 'boolean', help: 'print the fault catalogue' },
      'time-scale': {
        type: 'string',
        form: decimal(0.01, 1),
        value: 'X',
        help: 'factor on all waiting times (default 1)',
      },
      seed: { type: 'string', form: wholeNumber(1, 0x7fffffff), value: 'N', help: 'seed of the agent' },
      as: {
        type: 'string',
        form: oneOf(['staging', 'production']),
        value: 'ENVIRONMENT',
        help: 'staging (default) or production',
      },
      tls: { type: 'boolean', help: 'https and wss, with an authority of its own in CA_FILE' },
      'write-env': { type: 'string', form: path, value: 'FILE', help: 'write the settings that reach it' },
    },
  },
  token: {
    summary: 'mint a token and print its claims and fingerprint',
    exits: [
      'exit code  0 got one · 64 usage, settings or a host that is not allowed · 70 none was to be had',
    ],
    flags: {
      env: { type: 'string', form: environmentName, value: 'NAME', help: 'environment (default: local)' },
      user: { type: 'string', form: userName, value: 'NAME', help: 'name of the user (default: analyst)' },
      reveal: { type: 'boolean', help: 'print the token itself (allow-listed environments only)' },
    },
  },
  merge: {
    summary: 'put the shards of one run together and decide',
    positionals: 'RUN...',
    about: ['RUN is a folder with a run.json, a run id under reports/, or latest'],
    flags: {
      'expect-record': {
        type: 'string',
        multiple: true,
        form: recordHash,
        value: 'HASH',
        help: 'record hash that the log of a shard printed; a shard with any other counts as altered',
      },
      out: { type: 'string', form: path, value: 'DIR', help: 'folder of the reports (default: reports)' },
    },
  },
  diagnose: {
    summary: 'name the cause of a stored run again, offline',
    positionals: 'RUN',
    about: ['RUN is a folder with a run.json, a run id under reports/, or latest'],
    exits: [
      'exit code  0 as stored · 3 the files are not as the run wrote them · 64 usage · 70 no run record',
    ],
    flags: { json: { type: 'boolean', help: 'print diagnosis.json instead of text' } },
  },
  compare: {
    summary: 'compare two stored runs: checks and metrics',
    positionals: 'EARLIER LATER',
    about: ['EARLIER and LATER are folders with a run.json, run ids under reports/, or latest'],
    exits: [
      'exit code  0 nothing got worse · 1 a check fails anew or a metric got worse · 64 usage',
      '           3 not comparable, or a check is not judged any more',
    ],
    flags: {},
  },
  replay: {
    summary: 'make decision and reports of a stored run again and compare every byte',
    positionals: 'RUN',
    about: ['RUN is a folder with a run.json, a run id under reports/, or latest'],
    flags: {
      'expect-record': {
        type: 'string',
        multiple: true,
        form: recordHash,
        value: 'HASH',
        help: 'record hash that the log of the run printed; any other is an altered run',
      },
      out: {
        type: 'string',
        form: path,
        value: 'DIR',
        help: 'also write what was made again into this folder',
      },
    },
  },
  prove: {
    summary: 'prove that every fault of the matrix turns its checks red, and nothing else',
    exits: [
      'exit code  0 all proven · 1 a proof failed · 3 not all was proven · 64 usage · 70 the harness itself',
    ],
    flags: {
      fault: { type: 'string', multiple: true, value: 'NAME', help: 'only this fault (partial)' },
      check: {
        type: 'string',
        multiple: true,
        value: 'ID',
        help: 'only faults that name this check (partial)',
      },
      smallest: { type: 'boolean', help: 'a smallest set of faults that turns every check red once' },
      whole: {
        type: 'boolean',
        help: 'run every check beside each fault (default: what it names and sentinels)',
      },
      healthy: {
        type: 'string',
        form: wholeNumber(1, 1_000),
        value: 'N',
        help: 'N healthy runs instead, shuffled: all must be GO',
      },
      scenarios: {
        type: 'boolean',
        help: 'tell every story of fixtures/scenarios instead: decision, cause and what is printed must be as told',
      },
      scenario: { type: 'string', multiple: true, value: 'NAME', help: 'only this scenario' },
      jobs: {
        type: 'string',
        form: wholeNumber(1, 16),
        value: 'N',
        help: 'proofs at a time, and from 2 on one more of those that mostly wait (default 2)',
      },
      seed: { type: 'string', form: wholeNumber(1, 0x7fffffff), value: 'N', help: 'seed of every run' },
      out: { type: 'string', form: path, value: 'DIR', help: 'folder of the reports (default: reports)' },
    },
  },
  plan: {
    summary: 'collect the checks of the suites and write suites/plan.json',
    exits: ['exit code  0 written, or as it is · 64 usage · 70 --check found a difference'],
    flags: { check: { type: 'boolean', help: 'only compare: exit 70 when the manifest is out of date' } },
  },
};

/** Commands of the design that are not part of this version. */
export const COMMANDS_NOT_BUILT = ['load', 'monitor'];

/**
 * vitest flags that users may try, and why each is refused: every one of them can turn a red run green.
 * @type {Record<string, string>}
 */
export const REFUSED_VITEST_FLAGS = {
  reporter: 'it would displace the reports that the decision is made from',
  passWithNoTests: 'a run without checks is never a pass',
  dangerouslyIgnoreUnhandledErrors: 'an unhandled error voids the run',
  exclude: 'a filter never shrinks the plan: use --check or --suite',
  bail: 'every planned check is accounted for',
  changed: 'a filter never shrinks the plan: use --check or --suite',
  update: 'there are no snapshots to update',
  retry: 'a pass after a retry is flaky, not passed',
  config: 'the harness brings its own',
};
