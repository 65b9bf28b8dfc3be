import { ClientMessageType, SessionFrameType } from './event-type.ts';

export interface StartAgentOptions {
  readonly threadId?: string | null;
  readonly runId?: string;
  readonly requestId?: string;
  /** Agent to ask for by name; the target chooses when it is absent. */
  readonly agentName?: string;
  /** Extra fields of `payload.context`, for example a canary. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Extra members of `payload`, for example a user id that is not ours. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** The canonical start message, with the redundant fields that other handlers read (wire-contract.md §4.2, §4.4). */
export function startAgent(
  prompt: string,
  options: StartAgentOptions = {},
): Readonly<Record<string, unknown>> {
  const threadId = options.threadId ?? null;
  return {
    type: ClientMessageType.StartAgent,
    thread_id: threadId,
    payload: {
      user_request: prompt,
      message: prompt,
      content: prompt,
      text: prompt,
      thread_id: threadId,
      ...(options.runId === undefined ? {} : { run_id: options.runId }),
      ...(options.requestId === undefined ? {} : { request_id: options.requestId }),
      ...(options.agentName === undefined ? {} : { agent_name: options.agentName }),
      context: options.context ?? {},
      settings: {},
      ...options.extra,
    },
  };
}

/** The last prompt, and the text of its start message up to the thread id: a load run says the same again and again. */
let lastPrompt: string | null = null;
let lastHead = '';

/** The text of `startAgent` as `JSON.stringify` writes it; the plain form of a load run without going through it. */
export function startAgentText(prompt: string, options: StartAgentOptions = {}): string {
  const { threadId = null, runId, requestId, agentName, context, extra } = options;
  const isPlain = requestId === undefined && agentName === undefined && isEmpty(context) && isEmpty(extra);
  if (!isPlain) return JSON.stringify(startAgent(prompt, options));
  if (prompt !== lastPrompt) {
    lastPrompt = prompt;
    lastHead = headOf(prompt);
  }
  const thread = threadId === null ? 'null' : quoteId(threadId);
  const run = runId === undefined ? '' : `"run_id":${quoteId(runId)},`;
  return `{"type":"${ClientMessageType.StartAgent}","thread_id":${thread},${lastHead}${thread},${run}"context":{},"settings":{}}}`;
}

function headOf(prompt: string): string {
  const quoted = JSON.stringify(prompt);
  return `"payload":{"user_request":${quoted},"message":${quoted},"content":${quoted},"text":${quoted},"thread_id":`;
}

function isEmpty(object: Readonly<Record<string, unknown>> | undefined): boolean {
  return object === undefined || Object.keys(object).length === 0;
}

function quoteId(id: string): string {
  return /^[\w-]*$/.test(id) ? `"${id}"` : JSON.stringify(id);
}

/** The second choice, and the form of the public client (wire-contract.md §4.4, §12). */
export function userMessage(
  prompt: string,
  options: StartAgentOptions = {},
): Readonly<Record<string, unknown>> {
  return {
    type: ClientMessageType.UserMessage,
    payload: {
      content: prompt,
      message: prompt,
      text: prompt,
      thread_id: options.threadId ?? null,
      ...(options.runId === undefined ? {} : { run_id: options.runId }),
    },
  };
}

/** Our answer to `handshake_response`; `timestampMs` is epoch milliseconds (wire-contract.md §12). */
export function handshakeAcknowledged(
  threadId: string | null,
  timestampMs: number,
): Readonly<Record<string, unknown>> {
  return {
    type: SessionFrameType.HandshakeAcknowledged,
    thread_id: threadId,
    timestamp: new Date(timestampMs).toISOString(),
  };
}

/** The application-level ping (wire-contract.md §3.3). */
export function ping(): Readonly<Record<string, unknown>> {
  return { type: SessionFrameType.Ping };
}

/** Our answer to a server `ping` (wire-contract.md §3.3). */
export function pong(timestampMs: number): Readonly<Record<string, unknown>> {
  return { type: SessionFrameType.Pong, timestamp: timestampMs };
}

/** Our answer to a server `heartbeat` (wire-contract.md §3.3). */
export function heartbeatAck(timestampMs: number): Readonly<Record<string, unknown>> {
  return { type: SessionFrameType.HeartbeatAck, timestamp: timestampMs };
}
