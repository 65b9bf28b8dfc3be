import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HYPOTHESES } from '../diagnosis/hypothesis.ts';
import { hypothesisCatalogue } from './hypothesis-catalogue.ts';

const words = (text: string): string => text.replaceAll(/[\s|-]+/g, ' ').trim();

test('docs/hypotheses.md is what the rules say; `npm run docs` writes it', () => {
  const written = readFileSync(join(import.meta.dirname, '../../docs/hypotheses.md'), 'utf8');

  expect(words(written)).toBe(words(hypothesisCatalogue()));
  for (const name of HYPOTHESES) expect(written).toContain(`## ${name}\n`);
});
