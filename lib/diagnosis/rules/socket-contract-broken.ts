import { brokenRule, explainsRules, must } from '../build.ts';
import type { Hypothesis } from '../hypothesis.ts';

const OF_SOCKETS = [
  'WS-WELCOME-',
  'WS-SESSION-HANDSHAKE',
  'WS-REFUSAL-FORM',
  'WS-CLOSE-CODE',
  'WS-CLOSE-CODE-INVALID',
  'WS-CLOSE-REASON-EMPTY',
  'WS-CLOSE-UNANSWERED',
  'WS-PONG-MISSING',
  'WS-HALF-OPEN',
  'WS-PING-FLOOD',
  'WS-MESSAGE-',
  'WS-PROTOCOL-ERROR',
  'WS-BAD-MESSAGE-',
  'WS-RECONNECT-REFUSED',
  'WS-RESUME-LOST',
  'WS-PATH-OPEN',
  'WS-PATH-SERVES-HTTP',
  'WS-MALFORMED-ACCEPTED',
  'WS-UNMASKED-ACCEPTED',
  'WS-UPGRADE-INVALID',
  'WS-INVALID-UTF8',
  'WS-CONNECTION-LEAK',
] as const;

/** Sockets open, and what is said on them breaks the protocol or the session's promises. */
export const SOCKET_CONTRACT_BROKEN: Hypothesis = {
  name: 'SOCKET_CONTRACT_BROKEN',
  title: 'sockets open and break the protocol or the promises of a session',
  owner: 'backend',
  remedy:
    'Compare the frame below with the contract of a session (welcome, pings, closing handshake, limits) and mend the handler.',
  outranks: false,
  predictions: [
    must(
      'a session breaks a rule of welcome, liveness, closing or limits',
      brokenRule(...OF_SOCKETS),
      undefined,
      0.7,
    ),
  ],
  explains: explainsRules(...OF_SOCKETS),
  brings: [],
};
