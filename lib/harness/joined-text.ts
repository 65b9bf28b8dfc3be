import type { ReceivedMessage } from '../ws/connection.ts';

/** Characters kept of one field; a hostile stream must not fill the worker. */
const MAX_CHARACTERS = 200_000;
/** Characters and fields kept of one connection. */
const MAX_CHARACTERS_IN_ALL = 4_000_000;
const MAX_FIELDS = 500;
const MAX_DEPTH = 12;
/** Members that differ from message to message and never carry a piece of a text. */
const NOT_A_TEXT = /(?:^|\.)(?:timestamp|event_id|message_id|run_id|thread_id|user_id|connection_id)$/;

/** Members that name the stream of a piece, the narrowest first. */
const STREAM_MEMBERS = ['message_id', 'run_id', 'thread_id', 'user_id'] as const;

/** What several messages of a connection said in one field, joined. */
export interface JoinedText {
  /** Type of the messages and path of the field in them, as `stream_chunk.data.text`. */
  readonly field: string;
  readonly text: string;
  /** The messages that it was joined from, with the place at which the part of each ends. */
  readonly ends: readonly { readonly at: number; readonly message: ReceivedMessage }[];
}

/**
 * Joins, in the order of receipt, what stands in the same field of messages of the same type: a text that was streamed in
 * small pieces stands in no single message. Fields that came once only are left out; elements of an array are one field.
 */
export function joinedTexts(messages: readonly ReceivedMessage[]): readonly JoinedText[] {
  const fields = new Map<
    string,
    { text: string; readonly ends: { at: number; message: ReceivedMessage }[] }
  >();
  let inAll = 0;
  const add = (field: string, piece: string, message: ReceivedMessage): void => {
    if (NOT_A_TEXT.test(field)) return;
    const joined = fields.get(field) ?? { text: '', ends: [] };
    if (!fields.has(field) && fields.size >= MAX_FIELDS) return;
    if (joined.text.length + piece.length > MAX_CHARACTERS) return;
    inAll += piece.length;
    if (inAll > MAX_CHARACTERS_IN_ALL) return;
    fields.set(field, joined);
    joined.text += piece;
    joined.ends.push({ at: joined.text.length, message });
  };
  const walk = (value: unknown, field: string, depth: number, message: ReceivedMessage): void => {
    if (typeof value === 'string') add(field, value, message);
    else if (depth >= MAX_DEPTH || typeof value !== 'object' || value === null) return;
    else if (Array.isArray(value)) for (const item of value) walk(item, `${field}[]`, depth + 1, message);
    else
      for (const [name, member] of Object.entries(value))
        walk(member, `${field}.${name}`, depth + 1, message);
  };
  for (const message of messages) {
    const { root, type } = rootOf(message);
    if (root === null) continue;
    walk(root, type, 0, message);
    // Streams of several runs at once are told apart where their messages say whose they are.
    const stream = streamOf(root);
    if (stream !== null) walk(root, `${type} of ${stream}`, 0, message);
  }
  return [...fields].flatMap(([field, { text, ends }]) => (ends.length > 1 ? [{ field, text, ends }] : []));
}

/** The message with which the text at this place ended. */
export function messageAt({ ends }: JoinedText, place: number): ReceivedMessage | null {
  return ends.find(({ at }) => at >= place)?.message ?? null;
}

function streamOf(root: object): string | null {
  for (const name of STREAM_MEMBERS) {
    const id: unknown = Object.entries(root).find(([member]) => member === name)?.[1];
    if (typeof id === 'string' && id !== '') return `${name} ${id}`;
  }
  return null;
}

function rootOf({ text, binary }: ReceivedMessage): { readonly root: object | null; readonly type: string } {
  if (binary) return { root: null, type: '' };
  try {
    const root: unknown = JSON.parse(text);
    if (typeof root !== 'object' || root === null) return { root: null, type: '' };
    const type = 'type' in root && typeof root.type === 'string' ? root.type : '-';
    return { root, type };
  } catch {
    return { root: null, type: '' };
  }
}
