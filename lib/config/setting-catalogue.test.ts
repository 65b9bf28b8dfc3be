import { parse } from 'dotenv';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SETTING_LIST, SETTINGS } from './setting-catalogue.ts';
import { describeFallback, settingsHelp } from './settings-help.ts';

const example = readFileSync('.env.staging.example', 'utf8');
// The optional settings are commented out: a blank line, their comments, then `# NAME=value`.
const documented = parse(example.replace(/^# (?=[A-Z0-9_]+=)/gm, ''));

describe('.env.staging.example', () => {
  test('documents exactly the settings of the catalogue, with their examples', () => {
    expect(documented).toEqual(
      Object.fromEntries(SETTING_LIST.map(({ name, example: value }) => [name, value])),
    );
  });

  test.each(SETTING_LIST)('states unit, default, requirement and issuer of $name', (setting) => {
    const block = example.split('\n\n').find((part) => new RegExp(`^(# )?${setting.name}=`, 'm').test(part));

    expect(block?.split('\n').slice(0, 5)).toEqual([
      `# ${setting.meaning}`,
      `# unit: ${setting.unit}`,
      `# default: ${describeFallback(setting)}`,
      `# required: ${setting.requiredWhen ?? 'no'}`,
      `# issued by: ${setting.issuedBy}`,
    ]);
  });
});

describe('the catalogue', () => {
  test('has one owner for each name', () => {
    const names = SETTING_LIST.flatMap((setting) => [setting.name, ...setting.aliases]);

    expect(new Set(names).size).toBe(names.length);
  });

  test('files each setting under its own name', () => {
    expect(Object.entries(SETTINGS).every(([key, setting]) => setting.name === key)).toBe(true);
  });

  test.each(SETTING_LIST.filter(({ fallback }) => fallback.kind === 'value'))(
    'has a default of $name that its own parser accepts',
    ({ fallback, parser }) => {
      expect(parser.safeParse(fallback.kind === 'value' ? fallback.text : null).success).toBe(true);
    },
  );

  test('is whole in the help text', () => {
    const help = settingsHelp();

    expect(
      SETTING_LIST.every(({ name, aliases }) => [name, ...aliases].every((word) => help.includes(word))),
    ).toBe(true);
  });
});
