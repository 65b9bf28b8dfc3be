import { textField, objectField, type JsonObject } from './json-object.ts';
import { parseTimestampMs } from './timestamp.ts';

export type HandshakeStep = 'validation' | 'response' | 'acknowledged' | 'complete';

/** A frame of the session handshake (wire-contract.md §3.2 W4, §12); the session token is a secret and stays in the frame. */
export interface HandshakeFrame {
  readonly step: HandshakeStep;
  readonly threadId: string | null;
  readonly runId: string | null;
  readonly requestId: string | null;
  readonly hasSessionToken: boolean;
  readonly timestampMs: number | null;
}

/** What a client must send back, if anything (wire-contract.md §3.3). */
export type LivenessReply = 'pong' | 'heartbeat_ack' | null;

/** A frame that only shows that the peer is alive (wire-contract.md §3.3). */
export interface LivenessFrame {
  readonly type: string;
  readonly reply: LivenessReply;
  readonly timestampMs: number | null;
}

const HANDSHAKE_STEPS: ReadonlyMap<string, HandshakeStep> = new Map<string, HandshakeStep>([
  ['handshake_validation', 'validation'],
  ['handshake_response', 'response'],
  ['handshake_acknowledged', 'acknowledged'],
  ['handshake_complete', 'complete'],
]);

const LIVENESS_REPLIES: ReadonlyMap<string, LivenessReply> = new Map<string, LivenessReply>([
  ['ping', 'pong'],
  ['pong', null],
  ['heartbeat', 'heartbeat_ack'],
  ['heartbeat_ack', null],
  ['ack', null],
  ['server_shutdown', null],
]);

/** Folds a frame of the session handshake; null when the message is none. */
export function foldHandshakeFrame(root: JsonObject, wireType: string): HandshakeFrame | null {
  const step = HANDSHAKE_STEPS.get(wireType);
  if (step === undefined) return null;
  const bag = objectField(root, 'payload') ?? objectField(root, 'data') ?? root;
  return {
    step,
    threadId: textField(root, 'thread_id') ?? textField(bag, 'thread_id'),
    runId: textField(root, 'run_id') ?? textField(bag, 'run_id'),
    requestId: textField(root, 'request_id') ?? textField(bag, 'request_id'),
    hasSessionToken: (textField(root, 'session_token') ?? textField(bag, 'session_token')) !== null,
    timestampMs: parseTimestampMs(root['timestamp'] ?? bag['timestamp']),
  };
}

/** Folds a liveness frame; null when the message is none. */
export function foldLivenessFrame(root: JsonObject, wireType: string): LivenessFrame | null {
  const reply = LIVENESS_REPLIES.get(wireType);
  if (reply === undefined) return null;
  const timestamp = root['timestamp'] ?? objectField(root, 'data')?.['timestamp'];
  return { type: wireType, reply, timestampMs: parseTimestampMs(timestamp) };
}
