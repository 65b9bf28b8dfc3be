import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RULES } from '../contract/rule.ts';
import { HARNESS_ERROR_TEXTS } from '../foundation/error-text.ts';
import { HARNESS_ERROR_CODES } from '../foundation/errors.ts';
import { errorCatalogue } from './error-catalogue.ts';

const names = [...HARNESS_ERROR_CODES, ...Object.keys(RULES)];

describe('error catalogue', () => {
  test('is what docs/errors.md says; `npm run docs` writes it', () => {
    const written = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');

    expect(written).toBe(errorCatalogue());
  });

  test('explains every code and every rule exactly once', () => {
    const headings = errorCatalogue()
      .split('\n')
      .filter((line) => line.startsWith('### '))
      .map((line) => line.slice('### '.length));

    expect(headings.toSorted()).toEqual(names.toSorted());
  });

  test('leaves no text empty and ends each one as a sentence', () => {
    const texts = Object.values(HARNESS_ERROR_TEXTS).flatMap(({ meaning, usualCause, nextStep }) => [
      meaning,
      usualCause,
      nextStep,
    ]);

    expect(texts.filter((text) => !/^[`A-Z].{9,}\.$/.test(text))).toEqual([]);
  });
});
