import type { Decision } from '../gate/decision.ts';

/** How far the answer to "can users chat" reaches: a short plan asks for less than users do. Empty for the whole plan. */
export function outcomeReach({ scope }: Decision): string {
  return scope === 'smoke' ? 'as far as the short plan asks' : '';
}

/** The question of the outcome axis, with its reach. */
export function outcomeQuestion(decision: Decision): string {
  const reach = outcomeReach(decision);
  return reach === '' ? 'can users chat' : `can users chat, ${reach}`;
}
