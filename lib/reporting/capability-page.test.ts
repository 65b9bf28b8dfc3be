import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CAPABILITIES } from '../contract/capability.ts';
import { planSchema } from '../evidence/plan.ts';
import { absencePage } from './capability-page.ts';

const plan = planSchema.parse(JSON.parse(readFileSync('suites/plan.json', 'utf8'))).checks;
const words = (text: string): string => text.replaceAll(/[\s|-]+/g, ' ').trim();

test('docs/CAPABILITIES.md is what the plan says; `npm run docs` writes it', () => {
  const written = readFileSync('docs/CAPABILITIES.md', 'utf8');

  expect(words(written)).toBe(words(absencePage(plan)));
  for (const name of Object.keys(CAPABILITIES)) expect(written).toContain(`| \`${name}\``);
});
