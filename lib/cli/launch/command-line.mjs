import { parseArgs } from 'node:util';

// Plain JavaScript: a bad flag is answered before any TypeScript, test runner or network library loads.

/**
 * @typedef {{ type: 'string' | 'boolean', multiple?: boolean, short?: string, value?: string, help: string }} FlagSpec
 * @typedef {{ summary: string, positionals?: string, flags: Record<string, FlagSpec> }} CommandSpec
 * @typedef {{ name: string, rawName: string, value?: string | undefined, inlineValue?: boolean | undefined }} FlagToken
 */

/** @type {Record<string, FlagSpec>} */
const targetFlags = {
  env: { type: 'string', value: 'NAME', help: 'environment to validate; reads .env.NAME (default: local)' },
  fault: {
    type: 'string',
    multiple: true,
    value: 'NAME[=PARAM]',
    help: 'switch a fault of the embedded backend on (local only)',
  },
  'time-scale': {
    type: 'string',
    value: 'X',
    help: 'factor on all waiting times of the embedded backend (local only, default 0.1)',
  },
  'expect-revision': { type: 'string', value: 'SHA', help: 'revision that must be deployed' },
};

/** @type {Record<string, CommandSpec>} */
export const COMMANDS = {
  run: {
    summary: 'run the checks and decide (npm test)',
    flags: {
      ...targetFlags,
      suite: { type: 'string', multiple: true, value: 'NAME', help: 'only this suite (partial run)' },
      check: { type: 'string', multiple: true, value: 'ID', help: 'only this check (partial run)' },
      'test-name-pattern': {
        type: 'string',
        short: 't',
        value: 'PATTERN',
        help: 'only checks whose id or title matches (partial run)',
      },
      smoke: { type: 'boolean', help: 'the short plan of the policy' },
      policy: {
        type: 'string',
        value: 'FILE',
        help: 'policy to judge by (default: fixtures/policies/default.json)',
      },
      change: {
        type: 'string',
        multiple: true,
        value: 'IDS',
        help: 'checks that say whether the change did what it claims, with commas between',
      },
      baseline: {
        type: 'string',
        value: 'RUN|latest-go',
        help: 'earlier whole run to compare with; latest-go is the newest GO of the environment',
      },
      waivers: { type: 'string', value: 'FILE', help: 'known reds that somebody answers for until a day' },
      shard: { type: 'string', value: 'I/N', help: 'run the I-th of N parts; the decision is left to merge' },
      repeat: { type: 'string', value: 'N', help: 'attempt every check N times' },
      seed: { type: 'string', value: 'N', help: 'seed of ids, prompts and order' },
      shuffle: { type: 'boolean', help: 'random order inside each phase, from the seed' },
      'no-probes': { type: 'boolean', help: 'make no separating probes after a red' },
      'probe-budget': {
        type: 'string',
        value: 'N',
        help: 'invalid tokens that the probes of a red run may send (default 2)',
      },
      'accept-conditional': { type: 'boolean', help: 'exit 0 on CONDITIONAL GO' },
      list: { type: 'boolean', help: 'print the plan and exit' },
      out: { type: 'string', value: 'DIR', help: 'folder of the reports (default: reports)' },
    },
  },
  doctor: {
    summary: 'climb the preflight ladder only and name the first broken rung',
    flags: {
      ...targetFlags,
      wait: {
        type: 'string',
        value: 'SECONDS',
        help: 'climb again until every rung holds; when the time is up, exit as the last climb did',
      },
    },
  },
  backend: {
    summary: 'serve the reference backend',
    flags: {
      port: { type: 'string', value: 'N', help: 'port of the backend (default: any free one)' },
      'auth-port': { type: 'string', value: 'N', help: 'port of the auth service (default: any free one)' },
      fault: { type: 'string', multiple: true, value: 'NAME[=PARAM]', help: 'switch a fault on' },
      'list-faults': { type: 'boolean', help: 'print the fault catalogue' },
      'time-scale': { type: 'string', value: 'X', help: 'factor on all waiting times (default 1)' },
      seed: { type: 'string', value: 'N', help: 'seed of the agent' },
      as: { type: 'string', value: 'ENVIRONMENT', help: 'staging (default) or production' },
      tls: { type: 'boolean', help: 'https and wss, with an authority of its own in CA_FILE' },
      'write-env': { type: 'string', value: 'FILE', help: 'write the settings that reach it' },
    },
  },
  token: {
    summary: 'mint a token and print its claims and fingerprint',
    flags: {
      env: { type: 'string', value: 'NAME', help: 'environment (default: local)' },
      user: { type: 'string', value: 'NAME', help: 'name of the user (default: analyst)' },
      reveal: { type: 'boolean', help: 'print the token itself (allow-listed environments only)' },
    },
  },
  merge: {
    summary: 'put the shards of one run together and decide',
    positionals: 'RUN...',
    flags: {
      out: { type: 'string', value: 'DIR', help: 'folder of the reports (default: reports)' },
    },
  },
  diagnose: {
    summary: 'name the cause of a stored run again, offline',
    positionals: 'RUN',
    flags: { json: { type: 'boolean', help: 'print diagnosis.json instead of text' } },
  },
  compare: {
    summary: 'compare two stored runs: checks and metrics',
    positionals: 'EARLIER LATER',
    flags: {},
  },
  replay: {
    summary: 'make decision and reports of a stored run again and compare every byte',
    positionals: 'RUN',
    flags: {
      out: { type: 'string', value: 'DIR', help: 'also write what was made again into this folder' },
    },
  },
  prove: {
    summary: 'prove that every fault of the matrix turns its checks red, and nothing else',
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
      healthy: { type: 'string', value: 'N', help: 'N healthy runs instead, shuffled: all must be GO' },
      scenarios: {
        type: 'boolean',
        help: 'tell every story of fixtures/scenarios instead: decision, cause and what is printed must be as told',
      },
      scenario: { type: 'string', multiple: true, value: 'NAME', help: 'only this scenario' },
      jobs: { type: 'string', value: 'N', help: 'proofs at a time (default 2)' },
      seed: { type: 'string', value: 'N', help: 'seed of every run' },
      out: { type: 'string', value: 'DIR', help: 'folder of the reports (default: reports)' },
    },
  },
  plan: {
    summary: 'collect the checks of the suites and write suites/plan.json',
    flags: { check: { type: 'boolean', help: 'only compare: exit 70 when the manifest is out of date' } },
  },
};

/** Commands of the design that are not part of this version. */
export const COMMANDS_NOT_BUILT = ['load', 'monitor'];

/**
 * vitest flags that users may try, and why each is refused: every one of them can turn a red run green.
 * @type {Record<string, string>}
 */
const REFUSED_VITEST_FLAGS = {
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

/** A problem with the words of the command line. */
export class UsageError extends Error {
  /** @param {string} message @param {string} command */
  constructor(message, command) {
    super(message);
    this.name = 'UsageError';
    this.command = command;
  }
}

/** @param {string} command @throws {UsageError} for a command that does not exist */
function specOf(command) {
  const spec = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (spec !== undefined) return spec;
  // Only what looks like a name is shown: a token pasted by mistake must not reach a terminal.
  const shown = /^[a-z-]{1,20}$/i.test(command) ? ` '${command}'` : '';
  throw new UsageError(
    `unknown command${shown}; expected one of ${Object.keys(COMMANDS).join(', ')}`,
    command,
  );
}

/**
 * Parses the words after `stagegate`.
 * @param {readonly string[]} words
 * @returns {{ command: string, flags: Record<string, string | boolean | readonly string[] | undefined>, positionals: readonly string[] }}
 * @throws {UsageError} naming every unknown flag, never ignoring one.
 */
export function parseCommandLine(words) {
  const [command = 'help', ...rest] = words;
  if (command === 'help' || command === '--help' || command === '-h') {
    const [about, ...more] = rest;
    if (more.length > 0) throw new UsageError('help is about one command', 'help');
    if (about !== undefined && !COMMANDS_NOT_BUILT.includes(about)) specOf(about);
    return { command: 'help', flags: {}, positionals: rest };
  }
  if (command === '--version') return { command: 'version', flags: {}, positionals: [] };
  if (COMMANDS_NOT_BUILT.includes(command)) {
    throw new UsageError(`the command '${command}' is not built yet`, command);
  }
  const spec = specOf(command);
  const options = Object.fromEntries(
    Object.entries(spec.flags).map(([name, flag]) => [
      name,
      {
        type: flag.type,
        multiple: flag.multiple ?? false,
        ...(flag.short === undefined ? {} : { short: flag.short }),
      },
    ]),
  );
  const { values, positionals, tokens } = parseArgs({
    args: rest,
    options: { ...options, help: { type: 'boolean', short: 'h' } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const problems = [];
  for (const token of tokens) {
    if (token.kind === 'option') problems.push(...optionProblems(token, spec));
  }
  const seen = new Map();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    if (Object.hasOwn(spec.flags, token.name) && spec.flags[token.name]?.multiple === true) continue;
    if (seen.has(token.name)) problems.push(`--${token.name} is given twice`);
    seen.set(token.name, true);
  }
  if (positionals.length > 0 && spec.positionals === undefined) {
    problems.push(
      // The words themselves are not shown: a token pasted by mistake must not reach a terminal or a file.
      `${positionals.length} unexpected argument${positionals.length === 1 ? '' : 's'}` +
        (command === 'run' ? ' (file filters are not supported: use --suite or --check)' : ''),
    );
  }
  if (problems.length > 0) throw new UsageError(problems.join('; '), command);
  return { command, flags: values, positionals };
}

/** @param {FlagToken} token @param {CommandSpec} spec @returns {string[]} */
function optionProblems(token, spec) {
  if (token.name === 'help') return [];
  const flag = Object.hasOwn(spec.flags, token.name) ? spec.flags[token.name] : undefined;
  if (flag === undefined) {
    if (Object.hasOwn(REFUSED_VITEST_FLAGS, token.name))
      return [`${token.rawName} is refused: ${REFUSED_VITEST_FLAGS[token.name]}`];
    return [`unknown flag ${token.rawName}`];
  }
  if (flag.type === 'string' && (token.value === undefined || token.value === '')) {
    return [`${token.rawName} needs a value (${flag.value})`];
  }
  if (flag.type === 'string' && !token.inlineValue && token.value?.startsWith('-') === true) {
    return [`${token.rawName} needs a value (${flag.value}), got the flag ${token.value}`];
  }
  if (flag.type === 'boolean' && token.value !== undefined) {
    return [`${token.rawName} takes no value`];
  }
  return [];
}

/** @param {string} [command] @returns {string} */
export function helpText(command) {
  const spec = command !== undefined && Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (command === undefined || spec === undefined) {
    const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
    return [
      'Usage: npm run stagegate -- COMMAND [flags]     (npm test [-- flags] is COMMAND run)',
      '',
      ...lines,
      '',
      `Not built yet: ${COMMANDS_NOT_BUILT.join(', ')}.`,
      'Help for one command: npm run stagegate -- COMMAND --help',
    ].join('\n');
  }
  const rows = Object.entries(spec.flags).map(
    /** @returns {[string, string]} */ ([name, flag]) => {
      const short = flag.short === undefined ? '' : `-${flag.short}, `;
      return [`  ${short}--${name}${flag.value === undefined ? '' : ` ${flag.value}`}`, flag.help];
    },
  );
  const width = Math.max(0, ...rows.map(([left]) => left.length)) + 2;
  return [
    `stagegate ${command}${spec.positionals === undefined ? '' : ` ${spec.positionals}`}: ${spec.summary}`,
    '',
    ...rows.map(([left, help]) => left.padEnd(width) + help),
  ].join('\n');
}
