import { foldAgentEvent, type Carrier } from './agent-event.ts';
import { foldErrorFrame, type ErrorFrame } from './error-frame.ts';
import type { CanonicalEvent } from './event.ts';
import { isRelatedType } from './event-name.ts';
import { isJsonObject, kindOf, type JsonObject } from './json-object.ts';
import {
  foldHandshakeFrame,
  foldLivenessFrame,
  type HandshakeFrame,
  type LivenessFrame,
} from './session-frame.ts';
import { foldWelcome, type Welcome } from './welcome.ts';

export type MalformedReason =
  'binary' | 'not-json' | 'too-deep' | 'not-object' | 'type-missing' | 'type-not-text';

/** One message of the server, told apart by what it is for. */
export type Frame =
  | { readonly kind: 'agent-event'; readonly event: CanonicalEvent }
  | { readonly kind: 'welcome'; readonly welcome: Welcome }
  | { readonly kind: 'handshake'; readonly handshake: HandshakeFrame }
  | { readonly kind: 'error'; readonly error: ErrorFrame }
  | { readonly kind: 'liveness'; readonly liveness: LivenessFrame }
  /** Published, but neither an agent event nor part of the session (wire-contract.md §3.5, §5.8). */
  | { readonly kind: 'other'; readonly type: string; readonly root: JsonObject }
  | { readonly kind: 'unknown'; readonly type: string; readonly root: JsonObject }
  /** `detail` names the kind of value, never the value. */
  | { readonly kind: 'malformed'; readonly reason: MalformedReason; readonly detail: string };

export interface FoldOptions {
  /** Default `websocket`. */
  readonly carrier?: Carrier;
}

/**
 * Folds a parsed message of the server into one frame, whatever the generation and the envelope (wire-contract.md §3,
 * §5.1, §12); never throws and copies no bag.
 */
export function foldFrame(raw: unknown, options?: FoldOptions): Frame {
  if (!isJsonObject(raw)) return { kind: 'malformed', reason: 'not-object', detail: kindOf(raw) };
  const event = foldAgentEvent(raw, options?.carrier ?? 'websocket');
  if (event !== null) return { kind: 'agent-event', event };
  const type = raw['type'];
  if (typeof type !== 'string' || type === '') return foldUntyped(raw, type);
  const welcome = foldWelcome(raw, type);
  if (welcome !== null) return { kind: 'welcome', welcome };
  const error = foldErrorFrame(raw, type);
  if (error !== null) return { kind: 'error', error };
  const handshake = foldHandshakeFrame(raw, type);
  if (handshake !== null) return { kind: 'handshake', handshake };
  const liveness = foldLivenessFrame(raw, type);
  if (liveness !== null) return { kind: 'liveness', liveness };
  return { kind: isRelatedType(type) ? 'other' : 'unknown', type, root: raw };
}

/** Parses the text of a message and folds it; a text that is not JSON is a `malformed` frame. */
export function foldText(text: string, options?: FoldOptions): Frame {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    // A SyntaxError: the text is the peer's, so it is a finding and not an error of ours.
    return { kind: 'malformed', reason: 'not-json', detail: `${text.length} characters` };
  }
  return foldFrame(raw, options);
}

/** Chunked frames are named by `message_type` (wire-contract.md §3.5); JSON-RPC answers have no type at all (§3.3). */
function foldUntyped(root: JsonObject, type: unknown): Frame {
  const messageType = root['message_type'];
  if (typeof messageType === 'string' && isRelatedType(messageType)) {
    return { kind: 'other', type: messageType, root };
  }
  if (typeof root['jsonrpc'] === 'string') return { kind: 'other', type: 'jsonrpc', root };
  const reason = type === undefined ? 'type-missing' : 'type-not-text';
  return { kind: 'malformed', reason, detail: `type is ${kindOf(type)}` };
}
