import type { RuleFamily } from './rule-text.ts';

/** Bodies and behaviour of the HTTP API (wire-contract.md §1.2, §1.5, §1.6). */
export const API_RULES = {
  'API-STATUS': {
    title: 'unexpected HTTP status',
    meaning: 'An endpoint answers with the status the contract names for this request.',
    usualCause: 'An error in the handler; the body names it.',
    nextStep: 'Read the error body in the ledger.',
  },
  'API-BODY': {
    title: 'body has another shape',
    meaning: 'Bodies have the published shape.',
    usualCause: 'Another revision, or a proxy page.',
    nextStep: 'The violation names the field; read the body sample in the ledger.',
  },
  'API-NOT-JSON': {
    title: 'body is not JSON',
    meaning: 'Every body of the API is JSON, also on errors.',
    usualCause: 'The answer comes from a proxy or load balancer.',
    nextStep: 'Look at the headers of the answer to see who wrote it.',
  },
  'API-UNFINISHED': {
    title: 'body never ends, is cut off or is too large',
    meaning: 'Bodies come whole, end within the budget and stay below the limit of the client.',
    usualCause: 'A stream that is not closed, a hop that closes too early, or a missing page limit.',
    nextStep: 'Compare the length that the answer tells with its body, in front of and behind every hop.',
  },
  'API-HEADERS': {
    title: 'headers are too large',
    meaning: 'Response headers stay below the limit of the client.',
    usualCause: 'Debug headers or cookies that grow.',
    nextStep: 'Look at the failure cause of the exchange.',
  },
  'API-STATUS-REMAPPED': {
    title: 'status was re-mapped',
    meaning: 'The status on the wire is the one that was raised.',
    usualCause: 'The error handler maps statuses (wire-contract.md §1.2.1).',
    nextStep: 'Compare the status with `details.status_code`.',
  },
  'API-AUTH': {
    title: 'protected endpoint answers without a valid token',
    meaning: 'Protected endpoints refuse requests without a valid token.',
    usualCause: 'The endpoint uses optional authentication.',
    nextStep: 'Require authentication on the named endpoint.',
  },
  'API-DISCOVERY-FALLBACK': {
    title: 'discovery answers with its static fallback',
    meaning: '`/api/discovery/services` reports services that were really found.',
    usualCause: 'Discovery failed; `available` is false.',
    nextStep: 'Look at the discovery of services on the target.',
  },
  'API-MCP-MISSING': {
    title: 'MCP endpoints missing',
    meaning: 'A target that declares the capability serves `/api/mcp/config` and `/api/mcp/servers`.',
    usualCause: 'The packages are missing in the image, so that the routes are not mounted.',
    nextStep: 'Look at the start-up log of the service, or declare the capability as missing.',
  },
  'API-THREAD-NOT-PERSISTED': {
    title: 'thread or message not persisted',
    meaning: 'What was stored can be read again.',
    usualCause: 'State lives in the memory of one instance.',
    nextStep: 'Read several times; answers that alternate mean several instances.',
  },
  'API-MESSAGE-CHANGED': {
    title: 'stored message changed',
    meaning: 'A message is read as it was sent, character by character.',
    usualCause: 'The text is escaped, cleaned or cut before it is stored, instead of where it is shown.',
    nextStep: 'Compare the stored text with the prompt; look for a sanitizer between socket and store.',
  },
  'API-MESSAGE-ORDER': {
    title: 'messages in the wrong order',
    meaning: 'The messages of a thread are read in the order in which they were stored.',
    usualCause: 'A query without a stable order.',
    nextStep: 'Compare `created_at` with the order of the list.',
  },
} as const satisfies RuleFamily<'API'>;
