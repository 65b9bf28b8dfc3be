import { describe, expect, test } from 'vitest';
import { parseCommandLine, UsageError } from './command-line.mjs';
import { COMMANDS, COMMANDS_NOT_BUILT } from './command-table.mjs';
import { shardOf } from './flag-form.mjs';
import { helpText } from './help-text.mjs';

/** The error with which the words are refused. */
function refused(...words: readonly string[]): UsageError {
  try {
    parseCommandLine(words);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new TypeError(`expected a refusal of ${words.join(' ')}`);
}
const refusal = (...words: readonly string[]): string => refused(...words).message;

/** Command, flag, a value that is not of its form, and what the next step must say besides the help. */
const HOSTILE_VALUES = [
  ['run', '-t', '(((', 'a backslash before'],
  ['run', '-t', '[', 'a backslash before'],
  ['run', '-t', '*', '--check ID'],
  ['run', '--shard', '3/2', '--shard 1/3'],
  ['run', '--shard', '0/2', '--shard 1/3'],
  ['run', '--shard', '1', '--shard 1/3'],
  ['run', '--shard', '1/2/3', '--shard 1/3'],
  ['run', '--shard', '1.5/2', '--shard 1/3'],
  ['run', '--shard', '1/1000', '--shard 1/3'],
  ['run', '--seed', 'abc', 'run --help'],
  ['run', '--seed', '0', 'run --help'],
  ['run', '--seed', '-5', 'run --help'],
  ['run', '--seed', '1e3', 'run --help'],
  ['run', '--seed', '0x10', 'run --help'],
  ['run', '--seed', '2147483648', 'run --help'],
  ['run', '--repeat', '0', 'run --help'],
  ['run', '--repeat', '1001', 'run --help'],
  ['run', '--repeat', '1.5', 'run --help'],
  ['run', '--repeat', ' ', 'run --help'],
  ['run', '--repeat', 'NaN', 'run --help'],
  ['run', '--repeat', 'Infinity', 'run --help'],
  ['run', '--time-scale', '0', 'run --help'],
  ['run', '--time-scale', '2', 'run --help'],
  ['run', '--time-scale', 'fast', 'run --help'],
  ['run', '--time-scale', '.', 'run --help'],
  ['run', '--probe-budget', ' ', 'run --help'],
  ['run', '--probe-budget', '101', 'run --help'],
  ['run', '--env', 'Staging', '.env.NAME'],
  ['run', '--env', '../etc', '.env.NAME'],
  ['run', '--env', 'a b', '.env.NAME'],
  ['run', '--env', '1st', '.env.NAME'],
  ['run', '--env', 'x=y', '.env.NAME'],
  ['run', '--fault', 'NOPE', '--list-faults'],
  ['run', '--fault', 'a b', '--list-faults'],
  ['run', '--fault', 'silent-agent=', '--list-faults'],
  ['run', '--expect-revision', 'a b', 'commit SHA'],
  ['run', '--expect-revision', 'abc', 'commit SHA'],
  ['run', '--out', 'a\u0000b', 'run --help'],
  ['run', '--policy', 'a\nb', 'run --help'],
  ['run', '--waivers', 'a\tb', 'run --help'],
  ['run', '--baseline', '\u001b[2J', 'run --help'],
  ['doctor', '--wait', 'x', 'doctor --help'],
  ['doctor', '--wait', '0', 'doctor --help'],
  ['doctor', '--wait', '3601', 'doctor --help'],
  ['backend', '--port', '99999', 'backend --help'],
  ['backend', '--port', '0', 'backend --help'],
  ['backend', '--auth-port', 'http', 'backend --help'],
  ['backend', '--as', 'moon', 'backend --help'],
  ['backend', '--write-env', 'a\rb', 'backend --help'],
  ['token', '--user', 'A B', 'token --help'],
  ['prove', '--jobs', '17', 'prove --help'],
  ['prove', '--healthy', '0', 'prove --help'],
] as const;

/** Names that are looked up later, where what there is to choose from is known. */
const LOOKED_UP = ['suite', 'check', 'change', 'prove --fault', 'scenario'];

describe('command line', () => {
  test('reads flags, repeated ones and short ones', () => {
    expect(
      parseCommandLine(['run', '--suite', 'auth', '--suite=api', '-t', 'token', '--smoke', '--seed=7']),
    ).toMatchObject({
      command: 'run',
      flags: { suite: ['auth', 'api'], 'test-name-pattern': 'token', smoke: true, seed: '7' },
      positionals: [],
    });
  });

  test.each([[], ['help'], ['--help'], ['-h']])('answers %j with help', (...words) => {
    expect(parseCommandLine(words).command).toBe('help');
  });

  test.each([
    '--bogus',
    '--bogus=1',
    '-x',
    '--no-smoke',
    '--toString',
    '--constructor',
    '--__proto__',
    '--Suite',
  ])('refuses %s by name', (flag) => {
    expect(refusal('run', flag)).toContain(`unknown flag ${flag.split('=')[0] ?? ''}`);
  });

  test('names every problem at once', () => {
    expect(refusal('run', '--bogus', '--other', '--seed')).toMatch(
      /--bogus; .*--other; --seed needs a value/,
    );
  });

  test.each([
    'reporter',
    'passWithNoTests',
    'dangerouslyIgnoreUnhandledErrors',
    'exclude',
    'bail',
    'retry',
    'config',
  ])('refuses the vitest flag --%s and says why', (flag) => {
    expect(refusal('run', `--${flag}`)).toMatch(new RegExp(`--${flag} is refused: .{10,}`));
    expect(refusal('run', `--${flag}=x`)).toContain('is refused');
  });

  test.each(COMMANDS_NOT_BUILT)('says that the command %s is not built yet', (command) => {
    expect(refusal(command)).toContain('not built yet');
  });

  test.each(['bogus', 'constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'refuses the command %s',
    (command) => {
      expect(refusal(command)).toMatch(/unknown command/);
      expect(helpText(command)).toBe(helpText());
    },
  );

  test.each([[['--suite']], [['--suite=']], [['--suite', '--smoke']], [['-t']], [['--seed', '-x']]])(
    'refuses %j for want of a value',
    (words) => {
      expect(refusal('run', ...words)).toMatch(/needs a value/);
    },
  );

  test.each(HOSTILE_VALUES)(
    'refuses %s %s %j: what is expected, what came, what to do',
    (command, flag, value, next) => {
      const error = refused(command, flag, value);

      expect(error.message).toMatch(new RegExp(`^expected ${flag} to be .{6,}, got '[^\\p{Cc}]+'$`, 'u'));
      expect(error.next).toContain(next);
    },
  );

  test('holds the value of every flag to a form, or looks it up in the plan or the matrix', () => {
    const free = Object.entries(COMMANDS).flatMap(([command, { flags }]) =>
      Object.entries(flags)
        .filter(([, { type, form }]) => type === 'string' && form === undefined)
        .map(([name]) => (LOOKED_UP.includes(name) ? name : `${command} --${name}`)),
    );

    expect(new Set(free)).toEqual(new Set(LOOKED_UP));
  });

  test.each([
    ['-t', 'AUTH-0[12]'],
    ['--shard', '2/3'],
    ['--seed', '2147483647'],
    ['--time-scale', '.05'],
    ['--time-scale', '1'],
    ['--probe-budget', '0'],
    ['--env', 'staging-2'],
    ['--fault', 'slow-ready=25000'],
    ['--expect-revision', 'abc1234'],
    ['--out', '../other reports'],
  ])('takes %s %s', (flag, value) => {
    expect(Object.values(parseCommandLine(['run', flag, value]).flags).flat()).toEqual([value]);
  });

  test('names the nearest flag and the nearest command, and none for what is like nothing', () => {
    expect(refusal('run', '--sede', '4')).toContain('unknown flag --sede (the nearest is --seed)');
    expect(refusal('runn')).toContain("unknown command 'runn' (the nearest is run)");
    expect(refusal('run', '--frobnicate')).toBe('unknown flag --frobnicate');
  });

  test('gives the next step of each problem once, and the help of the command', () => {
    const { next } = refused('run', '--shard', '3/2', '--fault', 'X', '--fault', 'Y');

    expect(next.match(/--list-faults/g)).toHaveLength(1);
    expect(next).toMatch(/--shard 1\/3, .* npm run stagegate -- run --help$/);
    expect(refused('nonsense').next).toBe('npm run stagegate -- help');
  });

  test('reads the i-th of n shards', () => {
    expect(shardOf('2/3')).toEqual({ index: 2, count: 3 });
  });

  test('refuses a value for a flag that takes none', () => {
    expect(refusal('run', '--smoke=false')).toContain('--smoke takes no value');
  });

  test('refuses a flag that is given twice unless it may be repeated', () => {
    expect(refusal('run', '--seed', '1', '--seed', '2')).toContain('--seed is given twice');
    expect(refusal('run', '-t', 'a', '--test-name-pattern=b')).toContain('given twice');
    expect(parseCommandLine(['run', '--check', 'A-01', '--check', 'B-01']).flags['check']).toEqual([
      'A-01',
      'B-01',
    ]);
  });

  test('never repeats a word that stands alone: it may be a token', () => {
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln';
    for (const words of [['run', token], ['run', '--', token], ['run', '--smoke', token], [token]]) {
      expect(refusal(...words)).not.toContain('eyJ');
    }
    expect(refusal('run', 'a', 'b')).toContain('2 unexpected arguments');
  });

  test('has no help for a command that does not exist', () => {
    expect(() => parseCommandLine(['help', 'nonsense'])).toThrow(UsageError);
    expect(() => parseCommandLine(['help', 'run', 'doctor'])).toThrow(UsageError);
    expect(parseCommandLine(['help', 'run'])).toMatchObject({ command: 'help', positionals: ['run'] });
  });

  test('has help for every command and every flag of it', () => {
    for (const [command, { flags }] of Object.entries(COMMANDS)) {
      const text = helpText(command);
      for (const name of Object.keys(flags)) expect(text).toContain(`--${name}`);
      expect(helpText()).toContain(`  ${command} `);
    }
  });
});
