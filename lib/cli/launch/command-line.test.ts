import { describe, expect, test } from 'vitest';
import { COMMANDS, COMMANDS_NOT_BUILT, helpText, parseCommandLine, UsageError } from './command-line.mjs';

/** The message with which the words are refused. */
function refusal(...words: readonly string[]): string {
  try {
    parseCommandLine(words);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new TypeError(`expected a refusal of ${words.join(' ')}`);
}

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

  test.each([[['--suite']], [['--suite=']], [['--suite', '--smoke']], [['-t']], [['--seed', '-5']]])(
    'refuses %j for want of a value',
    (words) => {
      expect(refusal('run', ...words)).toMatch(/needs a value/);
    },
  );

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
