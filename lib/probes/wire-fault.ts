import { CloseCode } from '../contract/close-code.ts';
import type { RuleId } from '../contract/rule.ts';
import type { CloseFacts } from '../evidence/evidence.ts';
import type { Connection } from '../ws/connection.ts';

/** The promise that an illegal 101 answer breaks (RFC 6455 §4.1), by the code of the failed attempt; null for another failure. */
export function upgradeRule(code: string | null): RuleId | null {
  switch (code) {
    case 'SUBPROTOCOL_MISSING':
      return 'WS-SUBPROTOCOL-NOT-ECHOED';
    case 'SUBPROTOCOL_NOT_OFFERED':
      return 'WS-SUBPROTOCOL-NOT-OFFERED';
    case 'UPGRADE_HEADER_INVALID':
    case 'UPGRADE_INVALID':
    case 'EXTENSION_NOT_OFFERED':
      return 'WS-UPGRADE-INVALID';
    case 'HPE_HEADER_OVERFLOW':
      return 'API-HEADERS';
    default:
      return null;
  }
}

/** The promise that an unexpected end of a connection breaks, by its close code and who ended it. */
export function closeRule(closed: CloseFacts): RuleId {
  if (closed.code === CloseCode.InternalError) return 'WS-CLOSE-INTERNAL-ERROR';
  if (closed.code === CloseCode.PolicyViolation) return 'AUTH-TOKEN-REFUSED';
  return closed.initiator === 'transport' ? 'WS-CLOSE-ABNORMAL' : 'WS-CLOSED-BY-TARGET';
}

/** The promise behind the end of a connection: what made us end it counts before how it ended. */
export function endRule(
  { limitReached, transportError }: Pick<Connection, 'limitReached' | 'transportError'>,
  closed: CloseFacts,
): RuleId {
  switch (limitReached?.limit) {
    case 'message-bytes':
      return 'WS-MESSAGE-TOO-BIG';
    case 'control-frames':
      return 'WS-PING-FLOOD';
    case 'messages':
    case 'bytes':
      return 'EVT-TOO-MANY';
    case undefined:
      break;
  }
  const code = transportError?.code ?? '';
  if (code === 'WS_ERR_INVALID_UTF8') return 'WS-INVALID-UTF8';
  if (code === 'WS_ERR_INVALID_CLOSE_CODE') return 'WS-CLOSE-CODE-INVALID';
  // What does not inflate is zlib's word (RFC 7692 §7.2.2).
  return code.startsWith('WS_ERR_') || code.startsWith('Z_') ? 'WS-PROTOCOL-ERROR' : closeRule(closed);
}
