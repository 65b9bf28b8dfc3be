import type { Evidence, NetworkPhase, RecordedHeaders } from '../evidence/evidence.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import { pathOf } from './session-fact.ts';
import type { TokenKinds } from './token-kinds.ts';

/** One HTTP request and what came of it. */
export interface ExchangeFact {
  readonly id: string;
  readonly check: string | null;
  readonly atMs: number;
  readonly service: 'backend' | 'auth' | 'other';
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly outcome: 'answered' | 'failed' | 'unanswered';
  readonly status: number | null;
  readonly headers: RecordedHeaders;
  /** The body when its sample is whole and JSON; undefined otherwise. */
  readonly json: unknown;
  readonly phase: NetworkPhase | null;
  readonly code: string | null;
  readonly totalMs: number;
}

/** Folds the HTTP exchanges of a run. */
export function exchangesOf(
  evidence: readonly Evidence[],
  target: RunRecord['target'],
  tokens: TokenKinds,
): readonly ExchangeFact[] {
  return evidence.flatMap(({ id, check, atMs, body }) => {
    if (body.kind !== 'http.exchange') return [];
    const { outcome } = body;
    const answered = outcome.kind === 'answered' ? outcome : null;
    return [
      {
        id,
        check,
        atMs,
        service: serviceOf(body.url, target),
        method: body.method,
        path: pathOf(body.url),
        token: tokens.kindOf(body.tokenFingerprint ?? null),
        outcome: outcome.kind === 'censored' ? 'unanswered' : outcome.kind,
        status: answered?.status ?? null,
        headers: answered?.headers ?? {},
        json: answered === null ? undefined : parsed(answered.bodySample),
        phase: outcome.kind === 'answered' ? null : outcome.phase,
        code: outcome.kind === 'failed' ? outcome.code : null,
        totalMs: body.timings.totalMs,
      },
    ];
  });
}

function serviceOf(url: string, target: RunRecord['target']): ExchangeFact['service'] {
  if (url.startsWith(target.authServiceUrl) && target.authServiceUrl !== target.backendUrl) return 'auth';
  return url.startsWith(target.backendUrl) ? 'backend' : 'other';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
