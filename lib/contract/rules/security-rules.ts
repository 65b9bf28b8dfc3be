import type { RuleFamily } from './rule-text.ts';

/** Secrets on the wire. */
export const SECURITY_RULES = {
  'SEC-TOKEN-ECHO': {
    title: 'target echoes a token',
    meaning: 'No close reason, body or header repeats a token or a part of one.',
    usualCause: 'Debug output in the refusal path.',
    nextStep: 'Remove the echo, and treat the tokens of this run as exposed.',
  },
  'SEC-TOKEN-SUBPROTOCOL': {
    title: 'token echoed as subprotocol',
    meaning: 'The echoed subprotocol does not contain the token unless the client left no other choice.',
    usualCause: 'The exact offered value is echoed (wire-contract.md §2.3).',
    nextStep: 'Echo `jwt-auth` when it is offered.',
  },
  'SEC-KEY-SHOWN': {
    title: 'key value shown',
    meaning: 'A status body shows that a key is set, never its value.',
    usualCause: 'The environment is dumped into a status endpoint.',
    nextStep: 'Show `SET` instead, and rotate the key.',
  },
} as const satisfies RuleFamily<'SEC'>;
