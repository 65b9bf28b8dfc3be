import { CloseCode } from './close-code.ts';

/** The ways in which a target may refuse a connection (design.md §13.7, wire-contract.md §2.7); a target declares exactly one. */
export const REFUSAL_FORMS = [
  'close-1008-after-error',
  'close-1011-after-error',
  'close-1008',
  'http-401',
  'http-403',
] as const;
export type RefusalForm = (typeof REFUSAL_FORMS)[number];

/** The end of one connection attempt, reduced to what a refusal is judged by. */
export type AttemptOutcome =
  | { readonly kind: 'refused'; readonly status: number }
  | {
      readonly kind: 'closed';
      readonly code: number;
      readonly reason: string;
      readonly errorFrameBefore: boolean;
      readonly welcomed: boolean;
    }
  | { readonly kind: 'open' }
  | { readonly kind: 'failed'; readonly phase: string; readonly cause: string };

export type RefusalClassification =
  { readonly form: RefusalForm } | { readonly form: null; readonly why: string };

/** Names the refusal form of an observed attempt, or says why it is none; a welcomed connection was never refused. */
export function classifyRefusal(observed: AttemptOutcome): RefusalClassification {
  switch (observed.kind) {
    case 'refused':
      return classifyStatus(observed.status);
    case 'closed':
      if (observed.welcomed) {
        return none(`accepted: a welcome came before close code ${observed.code}`);
      }
      return classifyClose(observed.code, observed.errorFrameBefore);
    case 'open':
      return none('accepted: the connection stayed open');
    case 'failed':
      return none(`no answer of the target: failed in phase ${observed.phase} (${observed.cause})`);
  }
}

function classifyStatus(status: number): RefusalClassification {
  if (status === 401) return { form: 'http-401' };
  if (status === 403) return { form: 'http-403' };
  return none(`HTTP ${status} on the opening handshake does not refuse an identity`);
}

function classifyClose(code: number, errorFrameBefore: boolean): RefusalClassification {
  if (code === CloseCode.PolicyViolation) {
    return { form: errorFrameBefore ? 'close-1008-after-error' : 'close-1008' };
  }
  if (code === CloseCode.InternalError) {
    return errorFrameBefore
      ? { form: 'close-1011-after-error' }
      : none('close code 1011 without an error frame is a crash, not a refusal');
  }
  return none(`close code ${code} does not refuse an identity`);
}

function none(why: string): RefusalClassification {
  return { form: null, why };
}
