import type { Hypothesis } from '../hypothesis.ts';

/** What no other hypothesis accounts for; an honest answer, with the rule of each check as the only guide. */
export const UNKNOWN: Hypothesis = {
  name: 'UNKNOWN',
  title: 'the evidence decides for no known cause',
  owner: 'harness',
  remedy:
    'Take each check by itself: its rule says what was promised and what to look at; add the observation below to decide.',
  outranks: false,
  predictions: [],
  explains: () => true,
  brings: [],
};
