import { isJsonObject, objectField, textField, type JsonObject } from './json-object.ts';
import { parseTimestampMs } from './timestamp.ts';
import { violation, type Violation } from './violation.ts';

/**
 * Welcome frames (wire-contract.md §3.2). `canonical` is that of design.md §13.7: `connection_established` with user id,
 * connection id and readiness at the root. W4 is W3 after a `handshake_validation`, and W0 an error frame instead of a
 * welcome: both are told by the frame before, so neither is a value here.
 */
export type WelcomeVariant = 'canonical' | 'W1' | 'W2' | 'W3' | 'W5' | 'W6' | 'W7' | 'W8';

export interface Welcome {
  readonly variant: WelcomeVariant;
  /** As received without the mark of truncation; null when it is absent. */
  readonly userId: string | null;
  /** True when only the beginning of the user id was shown. */
  readonly userIdTruncated: boolean;
  readonly connectionId: string | null;
  readonly threadId: string | null;
  readonly runId: string | null;
  readonly mode: string | null;
  readonly environment: string | null;
  /** False only when the frame says so. */
  readonly ready: boolean;
  readonly timestampMs: number | null;
}

/** What a welcome proves about the subject of our token; a truncated id can contradict it, never prove it (§0.3). */
export type IdentityMatch = 'proven' | 'compatible' | 'contradicted' | 'unstated';

const TRUNCATION = '...';

/** Folds a welcome frame into one shape; null when the message is no welcome. */
export function foldWelcome(root: JsonObject, wireType: string): Welcome | null {
  const data = objectField(root, 'data');
  const payload = objectField(root, 'payload');
  const variant = variantOf(root, wireType, data, payload);
  if (variant === null) return null;
  const bag = data ?? payload ?? root;
  const context = objectField(bag, 'context') ?? bag;
  const shown = textField(root, 'user_id') ?? textField(bag, 'user_id');
  const truncated = shown !== null && shown.endsWith(TRUNCATION);
  return {
    variant,
    userId: truncated ? shown.slice(0, -TRUNCATION.length) : shown,
    userIdTruncated: truncated,
    connectionId: textField(root, 'connection_id') ?? textField(bag, 'connection_id'),
    threadId: textField(root, 'thread_id') ?? textField(context, 'thread_id'),
    runId: textField(root, 'run_id') ?? textField(context, 'run_id'),
    mode: textField(bag, 'mode'),
    environment: textField(bag, 'environment'),
    ready: (root['connection_ready'] ?? bag['connection_ready']) !== false,
    timestampMs: parseTimestampMs(root['timestamp'] ?? bag['timestamp'] ?? bag['server_time']),
  };
}

/** Compares the user id of a welcome with the subject of the token that opened the connection. */
export function matchIdentity(welcome: Welcome, subject: string): IdentityMatch {
  if (welcome.userId === null) return 'unstated';
  if (welcome.userIdTruncated) return subject.startsWith(welcome.userId) ? 'compatible' : 'contradicted';
  return welcome.userId === subject ? 'proven' : 'contradicted';
}

/** Judges a welcome against the canonical dialect: one violation per field that is missing or wrong. */
export function checkWelcome(welcome: Welcome): readonly Violation[] {
  const found: Violation[] = [];
  const report = (field: string, expected: string, actual: string): void => {
    found.push(violation('WS-WELCOME-SHAPE', { expected, actual, where: `welcome.${field}` }));
  };
  if (welcome.variant !== 'canonical') report('variant', 'the canonical welcome', welcome.variant);
  if (welcome.userId === null) report('user_id', 'a non-empty string', 'nothing');
  if (welcome.userIdTruncated) report('user_id', 'the whole user id', 'its beginning');
  if (welcome.connectionId === null) report('connection_id', 'a non-empty string', 'nothing');
  if (!welcome.ready) report('connection_ready', 'true', 'false');
  if (welcome.timestampMs === null) report('timestamp', 'ISO 8601 text or epoch', 'nothing that can be read');
  return found;
}

function variantOf(
  root: JsonObject,
  wireType: string,
  data: JsonObject | null,
  payload: JsonObject | null,
): WelcomeVariant | null {
  switch (wireType) {
    case 'connection_established':
      if (isCanonical(root)) return 'canonical';
      if (data !== null) return isModeWelcome(data) ? 'W6' : 'W1';
      return payload === null ? 'W5' : 'W7';
    case 'connect':
      return data === null ? null : 'W2';
    case 'system_message':
      return data !== null && data['event'] === 'connection_established' ? 'W3' : null;
    case 'connection_ack':
      return 'W8';
    default:
      return null;
  }
}

function isCanonical(root: JsonObject): boolean {
  return (
    root['user_id'] !== undefined &&
    root['connection_id'] !== undefined &&
    root['connection_ready'] !== undefined
  );
}

/** Factory and isolated mode add features and a context of their own (W6). */
function isModeWelcome(data: JsonObject): boolean {
  return (
    isJsonObject(data['context']) ||
    data['factory_features'] !== undefined ||
    data['isolation_features'] !== undefined
  );
}
