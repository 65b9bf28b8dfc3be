import type { RuleFamily } from './rule-text.ts';

/** Isolation of users (design.md §6 phase 4, wire-contract.md §8.2). */
export const ISOLATION_RULES = {
  'ISO-FOREIGN-EVENT': {
    title: "another user's event",
    meaning: 'Events reach the connections of their own user only.',
    usualCause: 'A broadcast, or a connection registered under the wrong user.',
    nextStep: 'Stop the release; compare the user id of the event with the owner of the connection.',
  },
  'ISO-CANARY-LEAK': {
    title: "another user's canary seen",
    meaning:
      'No canary of a user reaches another user: as plain text, reversed, as base64, hex or URL encoding, or its first 8 characters; in one message or in pieces over several messages of a type, in a header, a body, a control frame or a close reason.',
    usualCause: 'A broadcast, shared state between agents, or a cache with a key that is too wide.',
    nextStep: 'Stop the release; the violation names owner, receiver and encoding.',
  },
  'ISO-THREAD-READABLE': {
    title: "another user's thread readable",
    meaning: 'A thread is readable by its owner only.',
    usualCause: 'A query without the user id (wire-contract.md §1.6).',
    nextStep: 'Filter by owner in the named endpoint.',
  },
  'ISO-THREAD-WRITABLE': {
    title: "another user's thread can be changed",
    meaning:
      'A thread is renamed, written to and deleted by its owner only; others are refused and change nothing.',
    usualCause: 'An update without the user id in its condition (wire-contract.md §1.6).',
    nextStep: 'Check the owner before every write in the named endpoint.',
  },
  'ISO-SHARED-IDENTITY': {
    title: 'distinct users share one identity',
    meaning: 'Distinct subjects get distinct identities.',
    usualCause: 'Demo mode, or an identity cache with a key that is too wide.',
    nextStep: 'Isolation cannot be tested on this target until identities are distinct.',
  },
  'ISO-IDENTITY-STICKS': {
    title: 'identity sticks to the connection',
    meaning: 'A new connection gets the identity of its own token.',
    usualCause: 'The session is looked up by address or cookie instead of by token.',
    nextStep: 'Repeat with and without cookies.',
  },
  'ISO-IDENTITY-SWITCHED': {
    title: 'identity switched by a message',
    meaning: 'The identity of a connection is that of its token, whatever a message on it says.',
    usualCause: 'A handler reads the user id from the message instead of from the session.',
    nextStep: 'Stop the release; look for `user_id` among the fields that the handler reads.',
  },
  'ISO-TURN-SPLIT': {
    title: 'turn split over connections',
    meaning: 'The connection that asks gets the whole turn; others of its user get all of it or nothing.',
    usualCause: 'Events are spread over the connections of a user, or the last one to connect takes over.',
    nextStep: 'Compare the events of both connections; look at the registry of connections.',
  },
  'ISO-RECONNECT-LEAK': {
    title: 'leak on reconnect',
    meaning: "A reconnect replays the user's own messages only.",
    usualCause: 'A recovery queue without an owner.',
    nextStep: 'Stop the release; look at the frames after the welcome of the second connection.',
  },
} as const satisfies RuleFamily<'ISO'>;
