import { RULES } from '../contract/rule.ts';
import { ERROR_EFFECTS, type ErrorEffect, HARNESS_ERROR_TEXTS } from '../foundation/error-text.ts';
import { assertNever, HARNESS_ERROR_CODES } from '../foundation/errors.ts';

/** Families of rules by prefix, in the order in which they are printed. */
const FAMILIES = {
  EVT: 'Events: shape and content',
  ORD: 'Order of the events of a run',
  TIM: 'Budgets',
  WS: 'WebSocket connection',
  AUTH: 'Authentication',
  ISO: 'Isolation of users',
  HLT: 'Health, readiness, environment and revision',
  API: 'HTTP API',
  SEC: 'Secrets',
} as const;

/** Returns docs/errors.md: every harness error code and every rule, with meaning, usual cause and next step. */
export function errorCatalogue(): string {
  return [
    '# Errors and rules',
    '<!-- Written by `npm run docs` from lib/foundation/error-text.ts and lib/contract/rules/. Do not edit. -->',
    'Two kinds of names stand in reports. A **rule** is a promise that the target observably broke: its check is `failed`. ' +
      'A **harness error** says that something was not judged: it is never a statement about the target.',
    contents(),
    '## Harness errors',
    'What an error does to the run:',
    ERROR_EFFECTS.map((effect) => `- **${effect}**: ${effectText(effect)}`).join('\n'),
    ...HARNESS_ERROR_CODES.flatMap(harnessError),
    ...Object.entries(FAMILIES).flatMap(([prefix, title]) => family(prefix, title)),
  ]
    .join('\n\n')
    .concat('\n');
}

function effectText(effect: ErrorEffect): string {
  switch (effect) {
    case 'refused':
      return 'nothing was sent. Exit 64.';
    case 'void':
      return 'the harness cannot vouch for the run. The decision is INCONCLUSIVE, exit 70.';
    case 'unclear':
      return (
        'the check it stands in is `inconclusive`, `blocked` or `skipped`. The first two make the decision INCONCLUSIVE, ' +
        'exit 3, unless something is red; a critical check that is skipped caps it at CONDITIONAL GO.'
      );
    case 'interrupted':
      return 'the report files are written, the rest is `not-run`. Exit 130 (SIGINT), 143 (SIGTERM) or 129 (SIGHUP).';
    default:
      return assertNever(effect);
  }
}

function contents(): string {
  const groups = Object.entries(FAMILIES).map(
    ([prefix, title]) => `- ${title}: \`${prefix}-…\`, ${rulesOf(prefix).length} rules`,
  );
  return [`- Harness errors: ${HARNESS_ERROR_CODES.length} codes`, ...groups].join('\n');
}

function harnessError(code: (typeof HARNESS_ERROR_CODES)[number]): readonly string[] {
  const { meaning, effect, usualCause, nextStep } = HARNESS_ERROR_TEXTS[code];
  return [
    `### ${code}`,
    [
      `- Meaning: ${meaning}`,
      `- Effect: ${effect}`,
      `- Usual cause: ${usualCause}`,
      `- Next step: ${nextStep}`,
    ].join('\n'),
  ];
}

function family(prefix: string, title: string): readonly string[] {
  return [
    `## ${title}`,
    ...rulesOf(prefix).flatMap(([id, rule]) => [
      `### ${id}`,
      [
        `- Breach: ${rule.title}`,
        `- Promise: ${rule.meaning}`,
        `- Usual cause: ${rule.usualCause}`,
        `- Next step: ${rule.nextStep}`,
      ].join('\n'),
    ]),
  ];
}

function rulesOf(prefix: string): readonly (readonly [string, (typeof RULES)[keyof typeof RULES]])[] {
  return Object.entries(RULES).filter(([id]) => id.startsWith(`${prefix}-`));
}
