import type { WelcomeVariant } from './welcome.ts';

/** Recognisable generations of the server (wire-contract.md §0.2); `reference` speaks the canonical dialect. */
export const GENERATIONS = ['reference', 'G3', 'G2', 'G1'] as const;
export type Generation = (typeof GENERATIONS)[number];

const ALL: readonly Generation[] = GENERATIONS;

const WELCOMES: Readonly<Record<WelcomeVariant, readonly Generation[]>> = {
  canonical: ['reference'],
  W1: ['G3', 'G2'],
  W2: ['G2'],
  W3: ['G1'],
  // Not the main path of any generation.
  W5: [],
  W6: ['G3', 'G2'],
  W7: [],
  W8: [],
};

interface BehaviourDescription {
  /** What is looked at. */
  readonly title: string;
  /** Every way to behave, and the generations that it belongs to. */
  readonly values: Readonly<Record<string, readonly Generation[]>>;
}

/**
 * Behaviours that tell a generation of the server where no endpoint tells a revision (wire-contract.md §9.3, with §2.1,
 * §2.3 and §3.2 for paths, echoes and welcomes). A way to behave belongs to every generation that
 * its dates do not exclude, the newest among them where it is only known since when: a defect that lasts is no older build.
 */
export const BEHAVIOURS = {
  'health-body': {
    title: 'body of GET /health',
    values: { plain: ['reference', 'G3'], rich: ALL },
  },
  welcome: { title: 'welcome of /ws', values: WELCOMES },
  'subprotocol-echo': {
    title: 'echo of the subprotocols jwt-auth and jwt.<token>',
    values: { token: ['reference', 'G3', 'G2'], bare: ['reference', 'G1'] },
  },
  identity: {
    title: 'who a valid token is welcomed as',
    values: { own: ALL, demo: ALL },
  },
  'first-message': {
    title: 'answer to the first message',
    values: { answered: ALL, 'main-cleanup': ['reference', 'G3'] },
  },
  'auth-failure': {
    title: 'error frame for a token that is not valid',
    values: { 'error-frame': ALL, 'attribute-error': ['reference', 'G3'] },
  },
  'websocket-path': {
    title: 'opening handshake at /websocket',
    values: { refused: ['reference', 'G3', 'G2'], accepted: ['G2', 'G1'] },
  },
  'ws-test-path': {
    title: 'opening handshake at /ws/test',
    values: { refused: ['reference', 'G3', 'G2'], accepted: ['G2', 'G1'] },
  },
  'ticket-path': {
    title: 'GET /api/websocket/ticket',
    values: { absent: ALL, exists: ['reference', 'G3'] },
  },
} as const satisfies Readonly<Record<string, BehaviourDescription>>;
export type Behaviour = keyof typeof BEHAVIOURS;

const DESCRIPTIONS: Readonly<Record<Behaviour, BehaviourDescription>> = BEHAVIOURS;

export const BEHAVIOUR_NAMES: readonly Behaviour[] = [
  'health-body',
  'welcome',
  'subprotocol-echo',
  'identity',
  'first-message',
  'auth-failure',
  'websocket-path',
  'ws-test-path',
  'ticket-path',
];

/** Behaviours that are looked at before the checks and after them; for the others a bad token would have to be sent once more. */
export const PROBED_BEHAVIOURS: readonly Behaviour[] = BEHAVIOUR_NAMES.filter(
  (name) => name !== 'auth-failure',
);

/** Requests and openings that one look at them takes at the most: two requests, two openings of the socket path, three of others. */
export const MOST_BEHAVIOUR_REQUESTS = 7;
/** Looks in one run: before the checks and after them. */
export const BEHAVIOUR_LOOKS = 2;

/** The generations that behave so; none for a way to behave that no generation has. */
export function generationsOf(behaviour: Behaviour, value: string): readonly Generation[] {
  const { values } = DESCRIPTIONS[behaviour];
  return Object.hasOwn(values, value) ? (values[value] ?? []) : [];
}

/** Generations for a reader. */
export function generationList(generations: readonly Generation[]): string {
  return generations.length === 0 ? 'no generation' : generations.join(', ');
}

/** The generations that every one of these observations belongs to, newest first; all of them without an observation. */
export function generationsOfAll(
  seen: readonly { readonly behaviour: Behaviour; readonly value: string }[],
): readonly Generation[] {
  return GENERATIONS.filter((generation) =>
    seen.every(({ behaviour, value }) => generationsOf(behaviour, value).includes(generation)),
  );
}
