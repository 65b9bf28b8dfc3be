import {
  parseDiscovery,
  parseMcpConfig,
  parseMcpServers,
  parseMessage,
  parseMessagePage,
  parseThread,
  parseThreadList,
} from '../contract/api.ts';
import { parseHealth, parseSocketHealth } from '../contract/health.ts';
import { parseTokenVerdict } from '../contract/token-verdict.ts';
import { parseConnectionCount, parseSocketLimits, parseSystemInfo } from '../contract/self-report.ts';
import type { Checked } from '../contract/schema-check.ts';
import type { AnsweredResult, CheckContext } from './check-context.ts';

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
