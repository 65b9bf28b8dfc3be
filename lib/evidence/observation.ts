import { assertNever } from '../foundation/errors.ts';
import type { EvidenceBody } from './evidence.ts';

/**
 * What a check can require to have been seen on the wire before it may pass (design.md §2, law 1).
 * Each is derived from ledger records, never from a counter of its own.
 */
export const OBSERVATIONS = [
  'http.answered',
  'http.failed',
  'http.censored',
  'ws.open',
  'ws.refused',
  'ws.failed',
  'ws.message.in',
  'ws.message.out',
  'ws.close',
  'ws.pong',
  'chat.turn',
  'chat.turn.terminal',
  'token.accepted-source',
  'preflight.rung',
  'control.accepted',
  'isolation.overlap',
  'dose.try',
  'measure.sample',
  'isolation.matrix',
] as const;
export type Observation = (typeof OBSERVATIONS)[number];

/** An observation and how often it must be seen. */
export interface EvidenceFloor {
  readonly observation: Observation;
  readonly floor: number;
}

/** Returns the observations that one ledger record is evidence of. */
export function observationsOf(body: EvidenceBody): readonly Observation[] {
  switch (body.kind) {
    case 'http.exchange':
      return [`http.${body.outcome.kind}`];
    case 'ws.handshake':
      return body.outcome.kind === 'censored' ? [] : [`ws.${body.outcome.kind}`];
    case 'ws.message':
      return [`ws.message.${body.direction}`];
    case 'ws.pong':
      return ['ws.pong'];
    case 'ws.close':
      return ['ws.close'];
    case 'chat.turn':
      return body.ended === 'terminal' ? ['chat.turn', 'chat.turn.terminal'] : ['chat.turn'];
    case 'token':
      return body.invalid === null ? ['token.accepted-source'] : [];
    case 'preflight.rung':
      return ['preflight.rung'];
    case 'control':
      return body.accepted ? ['control.accepted'] : [];
    case 'overlap':
      return body.proven ? ['isolation.overlap'] : [];
    case 'sample':
      // One observation for each value, so that a floor on it is a floor on the values.
      return body.values.map((): Observation => 'measure.sample');
    case 'leak.matrix':
      // Only a matrix whose owners all saw their own says anything about what the others did not see.
      return body.cells.length > 1 && body.cells.every((row, owner) => (row[owner] ?? null) !== null)
        ? ['isolation.matrix']
        : [];
    case 'dose':
      return body.points.flatMap(({ tried }) => Array.from({ length: tried }, (): Observation => 'dose.try'));
    case 'contract.snapshot':
    case 'ws.digest':
    case 'measure':
    case 'probe':
    case 'note':
    case 'observer':
      return [];
    default:
      return assertNever(body);
  }
}
