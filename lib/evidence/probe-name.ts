/** The separating observations that a red run may ask for (design.md §9). */
export const PROBES = [
  'moment',
  'repeat',
  'transports',
  'token-check',
  'unknown-path',
  'other-path',
  'bad-token',
  'liveness',
  'send-delay',
  'concurrency',
  'cool-down',
  'own-client',
] as const;
export type ProbeName = (typeof PROBES)[number];
