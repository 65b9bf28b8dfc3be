import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { TemporaryFolder } from '../foundation/testing/temporary-folder.ts';
import { readRecord, runStagegate } from './testing/project-copy.ts';

/** Settings of a target that nobody serves: every case here is refused before the first packet. */
const REMOTE = {
  ENVIRONMENT: 'staging',
  BACKEND_URL: 'https://api.stagegate.invalid',
  AUTH_SERVICE_URL: 'https://auth.stagegate.invalid',
  ALLOWED_HOSTS: '*.stagegate.invalid',
  E2E_OAUTH_SIMULATION_KEY: 'kQ7vXz2mPw9RtY4u',
};

interface Refusal {
  readonly words: readonly string[];
  readonly code: string;
  /** What was expected and what came. */
  readonly says: readonly string[];
  readonly next: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const REFUSALS: readonly Refusal[] = [
  {
    words: ['run', '-t', '(((', '--sede', '4'],
    code: 'USAGE',
    says: [
      "expected -t to be a regular expression, got '((('",
      'unknown flag --sede (the nearest is --seed)',
    ],
    next: 'run --help',
  },
  { words: ['runn'], code: 'USAGE', says: ['the nearest is run'], next: 'stagegate -- help' },
  {
    words: ['run', '--fault', 'drop-tool-complete'],
    code: 'USAGE',
    says: ['got drop-tool-complete (the nearest is drop-tool-completed)'],
    next: '--list-faults',
  },
  {
    words: ['run', '--fault', 'slow-first-event=soon'],
    code: 'USAGE',
    says: ['for fault slow-first-event, got "soon"'],
    next: '--list-faults',
  },
  {
    words: ['prove', '--fault', 'drop-tool-complete', '--check', 'PREE-01'],
    code: 'USAGE',
    says: ['the nearest is drop-tool-completed', 'PREE-01 (the nearest is PRE-01)'],
    next: '--list-faults',
  },
  {
    words: ['compare', 'no-such-run', 'latest'],
    code: 'USAGE',
    says: ["expected 'no-such-run' to be a folder with a run.json", 'got nothing there'],
    next: 'folder',
  },
  {
    words: ['diagnose', 'docs'],
    code: 'USAGE',
    says: ["expected 'docs' to be", 'got a path without a run.json'],
    next: 'folder',
  },
  {
    words: ['run', '--baseline', 'no-such-run'],
    code: 'USAGE',
    says: ["expected --baseline 'no-such-run' to be a folder with a run.json"],
    next: 'make one with npm test',
  },
  {
    words: ['prove', '--smallest', '--fault', 'silent-agent'],
    code: 'USAGE',
    says: ['expected --smallest or --fault or --check, got both'],
    next: 'Leave one of them out.',
  },
  {
    words: ['backend', '--write-env', 'docs'],
    code: 'USAGE',
    says: ['or one written by this command, got another one'],
    next: '--write-env',
  },
  {
    words: ['backend', '--port', '48917', '--auth-port', '48917'],
    code: 'USAGE',
    says: ['expected --port and --auth-port to be free, got: Error: listen EADDRINUSE'],
    next: 'leave both out',
  },
  {
    words: ['run', '--out', '/proc/nope'],
    code: 'USAGE',
    says: ['expected to make and write /proc/nope, got ENOENT'],
    next: '--out',
  },
  {
    words: ['run', '--out', 'package.json'],
    code: 'USAGE',
    says: ['got EEXIST'],
    next: '--out',
  },
  {
    words: ['run', '--policy', 'no-such-policy.json', '--list'],
    code: 'CONFIG_INVALID',
    says: ['expected a policy in no-such-policy.json, got ENOENT: no such file'],
    next: 'fixtures/policies/README.md',
  },
  {
    words: ['run', '--waivers', 'no-such-waivers.json', '--list'],
    code: 'CONFIG_INVALID',
    says: ['no-such-waivers.json, got ENOENT: no such file'],
    next: 'A waiver needs check, reason, owner, issue and expires',
  },
  {
    words: ['run', '--env', 'nobody-made-this', '--list'],
    code: 'CONFIG_INVALID',
    says: ['BACKEND_URL: expected an https URL', 'got nothing'],
    next: 'Copy .env.staging.example to .env.nobody-made-this',
  },
  {
    words: ['run', '--env', 'nobody-made-this'],
    code: 'CONFIG_INVALID',
    says: ['BACKEND_URL: expected an https URL', 'got nothing'],
    next: 'Copy .env.staging.example to .env.nobody-made-this',
  },
  {
    words: ['run', '--env', 'nobody-made-this'],
    environment: { ...REMOTE, BACKEND_URL: 'https://liveapi.stagegate.invalid' },
    code: 'CONFIG_INVALID',
    says: ["expected a host that is not production-like, got 'liveapi.stagegate.invalid'"],
    next: 'Nothing was sent.',
  },
  {
    words: ['run', '--env', 'nobody-made-this'],
    environment: { ...REMOTE, JWT_ISSUER: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyLTE3In0.c2lnbmF0dXJl' },
    code: 'CONFIG_INVALID',
    says: ['JWT_ISSUER: expected a claim value', 'of the shape of a token, which is not shown'],
    next: '.env.staging.example',
  },
];

describe('the entry', () => {
  test.each(REFUSALS)(
    'refuses $words with 64 $code, and says what to do next',
    async ({ words, code, says, next, environment }) => {
      using folder = new TemporaryFolder();
      const takesOut = words[0] === 'run' && !words.includes('--out');
      const all = takesOut ? [...words, '--out', folder.path] : words;
      const { code: exitCode, output } = await runStagegate(undefined, all, () => {}, environment);

      expect(output).toContain(`: ${code}: `);
      for (const text of says) expect(output).toContain(text);
      expect(output.slice(output.lastIndexOf('Next: '))).toContain(next);
      expect(output).not.toMatch(/eyJ|^\s+at /m);
      expect(exitCode).toBe(64);
    },
  );

  test.each([
    ['a bad flag', ['--list', '--bogus']],
    ['settings that are missing', ['--list', '--env', 'nobody-made-this']],
    ['waivers that are missing', ['--list', '--waivers', 'no-such-waivers.json']],
    ['a bad policy', ['--list', '--policy', 'no-such-policy.json']],
    ['a filter that matches nothing', ['--list', '--suite', 'isolatoin']],
    ['a question', ['--help', '--bogus']],
  ])('writes nothing for a listing with %s', async (_what, words) => {
    using folder = new TemporaryFolder();
    mkdirSync(folder.file('reports'));
    writeFileSync(folder.file('reports', 'kept'), '');
    const { output } = await runStagegate(undefined, ['run', ...words, '--out', folder.file('reports')]);

    expect(output).not.toBe('');
    expect(readdirSync(folder.file('reports'))).toEqual(['kept']);
  });

  test('leaves a record of a run that is refused, in a folder that it makes', async () => {
    using folder = new TemporaryFolder();
    await runStagegate(undefined, ['run', '--seed', 'abc', '--out', folder.file('deep', 'reports')]);

    expect(existsSync(folder.file('deep', 'reports', 'latest', 'decision.json'))).toBe(true);
    expect(readRecord(folder.file('deep', 'reports', 'latest')).warnings).toEqual([
      expect.stringContaining("USAGE: expected --seed to be a whole number from 1 to 2147483647, got 'abc'"),
    ]);
  });
});
