import { describeCloseCode } from '../contract/close-code-vocabulary.ts';
import type { CloseFacts } from './evidence.ts';

/** Says how a connection ended: code, name, reason, who, when. */
export function describeClose(closed: CloseFacts): string {
  const reason = closed.reason === '' ? 'no reason' : `reason "${closed.reason}"`;
  return `close code ${closed.code} (${describeCloseCode(closed.code).name}), ${reason}, by ${closed.initiator}, ${closed.msSinceOpen.toFixed(0)} ms after open`;
}
