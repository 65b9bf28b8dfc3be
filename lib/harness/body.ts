import {
  parseDiscovery,
  parseMcpConfig,
  parseMcpServers,
  parseMessage,
  parseMessagePage,
  parseThread,
  parseThreadList,
} from '../contract/api.ts';
import { foldApiError } from '../contract/api-error.ts';
import { parseHealth, parseSocketHealth } from '../contract/health.ts';
import { parseTokenVerdict } from '../contract/token-verdict.ts';
import { parseConnectionCount, parseSocketLimits, parseSystemInfo } from '../contract/self-report.ts';
import type { Checked } from '../contract/schema-check.ts';
import type { CheckContext } from './check-context.ts';
import type { AnsweredResult } from './check-requests.ts';

/** Bodies of the HTTP API by name; each is parsed, never searched for a word. */
const PARSERS = {
  health: (body: unknown) => parseHealth(body),
  'socket-health': parseSocketHealth,
  'token-verdict': parseTokenVerdict,
  discovery: parseDiscovery,
  'mcp-config': parseMcpConfig,
  'mcp-servers': parseMcpServers,
  thread: (body: unknown) => parseThread(body),
  'thread-list': parseThreadList,
  message: parseMessage,
  'message-page': parseMessagePage,
  'system-info': parseSystemInfo,
  'connection-count': parseConnectionCount,
  'socket-limits': parseSocketLimits,
} as const;
type BodyName = keyof typeof PARSERS;
type BodyOf<Name extends BodyName> =
  ReturnType<(typeof PARSERS)[Name]> extends Checked<infer Value> ? Value : never;

/** Requires HTTP 200 and a body of the named shape; returns the value, or ends the body of the check with the violations. */
export function expectBody<Name extends BodyName>(
  t: CheckContext,
  name: Name,
  result: AnsweredResult,
): BodyOf<Name> {
  t.expectThat(result.status === 200, 'API-STATUS', {
    where: name,
    expected: 'HTTP 200',
    actual: `HTTP ${result.status}`,
    evidence: [result.evidence],
  });
  t.stopIfBroken();
  t.expectThat(result.jsonError === null, 'API-NOT-JSON', {
    where: name,
    expected: 'a JSON body',
    actual: result.jsonError ?? '-',
    evidence: [result.evidence],
  });
  t.stopIfBroken();
  const checked = PARSERS[name](result.json);
  if (!checked.ok) t.report(checked.violations, [result.evidence]);
  t.stopIfBroken();
  if (!checked.ok) throw new TypeError('a body that does not parse has a violation');
  // The parser of a name gives the value of that name; the compiler cannot follow the index.
  return checked.value as BodyOf<Name>;
}

/**
 * Requires a status from 400 on with a JSON body of a published form (wire-contract.md §1.2). A status that was re-mapped
 * is told from one that is wrong by the original in the body.
 */
export function expectApiError(t: CheckContext, result: AnsweredResult, status: number, where: string): void {
  const evidence = [result.evidence];
  t.expectThat(result.jsonError === null, 'API-NOT-JSON', {
    where,
    expected: 'a JSON body',
    actual: result.jsonError ?? '-',
    evidence,
  });
  t.stopIfBroken();
  const error = foldApiError(result.json);
  const isRemapped = result.status !== status && error?.originalStatus === status;
  t.expectThat(result.status === status, isRemapped ? 'API-STATUS-REMAPPED' : 'API-STATUS', {
    where,
    expected: `HTTP ${status}`,
    actual: `HTTP ${result.status}`,
    evidence,
  });
  t.stopIfBroken();
  t.expectThat(error !== null, 'API-BODY', {
    where,
    expected: 'an error body of a published form',
    actual: 'another object',
    evidence,
  });
}
