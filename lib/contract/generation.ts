import type { WelcomeVariant } from './welcome.ts';

/** Recognisable wire behaviours of a server (wire-contract.md §0.2); `reference` is the canonical dialect. */
export type Generation = 'G1' | 'G2' | 'G3' | 'reference' | 'unknown';

/** What was seen on the wire; null where nothing was. */
export interface GenerationEvidence {
  readonly healthForm: 'rich' | 'plain' | null;
  readonly welcome: WelcomeVariant | null;
  /** `token`: the offered value with the token came back; `bare`: a name alone; `none`: nothing although offered. */
  readonly subprotocolEcho: 'token' | 'bare' | 'none' | null;
  /** A session handshake of wire-contract.md §12 followed the welcome. */
  readonly sessionHandshake: boolean | null;
  /** Close code 1000 "main cleanup" right after the first message (wire-contract.md §4.5). */
  readonly closesAfterFirstMessage: boolean | null;
  /** `/websocket` or `/ws/test` accepted an upgrade. */
  readonly oldPathsServed: boolean | null;
}

export interface Fingerprint {
  readonly generation: Generation;
  /** The generations that no observation contradicts; one, unless the generation is `unknown`. */
  readonly fitting: readonly Generation[];
  /** What was seen, in a fixed order. */
  readonly observations: readonly string[];
}

type Vote = { readonly says: readonly Generation[]; readonly because: string };

const CANDIDATES = ['reference', 'G3', 'G2', 'G1'] as const;

/**
 * Names the generation that no observation contradicts (wire-contract.md §0.2, §9.3); `unknown` when none or more than
 * one is left. Never a default: without evidence the answer is `unknown`.
 */
export function fingerprint(evidence: GenerationEvidence): Fingerprint {
  const votes = votesOf(evidence);
  const fitting = CANDIDATES.filter((candidate) => votes.every((vote) => vote.says.includes(candidate)));
  const only = votes.length > 0 && fitting.length === 1 ? fitting[0] : undefined;
  return { generation: only ?? 'unknown', fitting, observations: votes.map((vote) => vote.because) };
}

function votesOf(evidence: GenerationEvidence): readonly Vote[] {
  const votes: Vote[] = [];
  const { welcome, subprotocolEcho } = evidence;
  if (evidence.healthForm === 'plain') votes.push({ says: ['G3'], because: '/health is the status alone' });
  if (evidence.healthForm === 'rich') {
    votes.push({ says: ['reference', 'G1', 'G2', 'G3'], because: '/health names its service' });
  }
  if (welcome !== null) votes.push({ says: byWelcome(welcome), because: `welcome ${welcome}` });
  if (subprotocolEcho === 'token') {
    votes.push({
      says: ['reference', 'G2', 'G3'],
      because: 'the offered subprotocol with the token is echoed',
    });
  }
  if (subprotocolEcho === 'none') {
    votes.push({ says: ['reference', 'G1'], because: 'no subprotocol is echoed' });
  }
  if (evidence.sessionHandshake === true) {
    votes.push({ says: ['reference'], because: 'a session handshake follows the welcome' });
  }
  if (evidence.closesAfterFirstMessage === true) {
    votes.push({ says: ['G3'], because: 'close code 1000 after the first message' });
  }
  if (evidence.oldPathsServed === true) {
    votes.push({ says: ['G1', 'G2'], because: 'paths removed in G3 are served' });
  }
  return votes;
}

function byWelcome(welcome: WelcomeVariant): readonly Generation[] {
  switch (welcome) {
    case 'canonical':
      return ['reference'];
    case 'W1':
    case 'W6':
      return ['G2', 'G3'];
    case 'W2':
      return ['G2'];
    case 'W3':
      return ['G1'];
    case 'W5':
    case 'W7':
    case 'W8':
      // Not the main path of any generation.
      return [];
  }
}
