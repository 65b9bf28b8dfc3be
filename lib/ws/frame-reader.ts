import { isUtf8 } from 'node:buffer';
import { CloseCode } from '../contract/close-code.ts';
import type { WireMessage } from './transport.ts';

/** A broken rule of RFC 6455: the error code names the rule, the close code is what the peer is told. */
export interface ProtocolError {
  readonly code: string;
  readonly message: string;
  readonly closeCode: CloseCode;
}

export interface FrameHandlers {
  onMessage(message: WireMessage): void;
  onPing(payload: Buffer): void;
  onPong(payload: Buffer): void;
  /** Called once; nothing follows. */
  onClose(code: number, reason: string): void;
  /** Called once; nothing follows. */
  onError(error: ProtocolError): void;
}

const Opcode = { Continuation: 0, Text: 1, Binary: 2, Close: 8, Ping: 9, Pong: 10 } as const;
const MAX_FRAGMENTS = 16 * 1024;
const EMPTY = Buffer.alloc(0);

/** Reads the frames of a server (RFC 6455 §5) from chunks of bytes; whole frames are handed on without a copy. */
export class FrameReader {
  readonly #handlers: FrameHandlers;
  readonly #maxMessageBytes: number;
  #pending: Buffer = EMPTY;
  #fragments: Buffer[] = [];
  #fragmentBytes = 0;
  #isFragmentBinary = false;
  #isEnded = false;
  #reads = 0;

  constructor(handlers: FrameHandlers, maxMessageBytes: number) {
    this.#handlers = handlers;
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** Stops reading: whatever is left of the chunk in hand is dropped. */
  end(): void {
    this.#isEnded = true;
  }

  push(chunk: Buffer): void {
    this.#reads += 1;
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    let at = 0;
    while (!this.#isEnded) {
      const next = this.#readFrame(bytes, at);
      if (next === at) break;
      at = next;
    }
    // The chunk belongs to the socket: what is kept beyond this call must be a copy.
    this.#pending = at === bytes.length || this.#isEnded ? EMPTY : Buffer.from(bytes.subarray(at));
  }

  /** Reads one frame and returns the offset behind it, or `at` when it is not complete. */
  #readFrame(bytes: Buffer, at: number): number {
    const first = bytes[at];
    const second = bytes[at + 1];
    if (first === undefined || second === undefined) return at;
    const opcode = first & 0x0f;
    const isFinal = (first & 0x80) !== 0;
    const short = second & 0x7f;
    const broken = this.#checkHead(first, second, opcode, isFinal, short);
    if (broken !== null) return this.#fail(broken, at);
    let head = at + 2;
    let length = short;
    if (short === 126) {
      if (bytes.length < at + 4) return at;
      length = bytes.readUInt16BE(head);
      head += 2;
    } else if (short === 127) {
      if (bytes.length < at + 10) return at;
      // Above 2^53 the number is rounded, and far above any limit.
      length = bytes.readUInt32BE(head) * 2 ** 32 + bytes.readUInt32BE(head + 4);
      head += 8;
    }
    if (opcode < Opcode.Close && this.#fragmentBytes + length > this.#maxMessageBytes) {
      return this.#fail(MESSAGE_TOO_BIG, at);
    }
    const end = head + length;
    if (bytes.length < end) return at;
    if (opcode === Opcode.Text && isFinal) this.#deliver(bytes, head, end, false);
    else if (opcode < Opcode.Close) this.#readData(opcode, isFinal, bytes.subarray(head, end));
    else this.#readControl(opcode, bytes.subarray(head, end));
    return end;
  }

  #checkHead(
    first: number,
    second: number,
    opcode: number,
    isFinal: boolean,
    short: number,
  ): ProtocolError | null {
    if ((first & 0x30) !== 0) return RESERVED_BITS;
    if ((first & 0x40) !== 0) return RESERVED_BIT_1;
    const isContinued = this.#fragments.length > 0;
    if (opcode === Opcode.Continuation ? !isContinued : opcode <= Opcode.Binary && isContinued)
      return BAD_OPCODE;
    if (opcode > Opcode.Pong || (opcode > Opcode.Binary && opcode < Opcode.Close)) return BAD_OPCODE;
    if (opcode >= Opcode.Close) {
      if (!isFinal) return FRAGMENTED_CONTROL;
      if (short > 125 || (opcode === Opcode.Close && short === 1)) return CONTROL_LENGTH;
    }
    return (second & 0x80) === 0 ? null : MASKED;
  }

  #readData(opcode: number, isFinal: boolean, payload: Buffer): void {
    if (opcode !== Opcode.Continuation && isFinal) {
      this.#deliver(payload, 0, payload.length, opcode === Opcode.Binary);
      return;
    }
    if (opcode !== Opcode.Continuation) this.#isFragmentBinary = opcode === Opcode.Binary;
    this.#fragments.push(Buffer.from(payload));
    this.#fragmentBytes += payload.length;
    if (this.#fragments.length > MAX_FRAGMENTS) {
      this.#fail(TOO_MANY_FRAGMENTS, 0);
    } else if (isFinal) {
      const message = Buffer.concat(this.#fragments);
      this.#fragments = [];
      this.#fragmentBytes = 0;
      this.#deliver(message, 0, message.length, this.#isFragmentBinary);
    }
  }

  /** Decodes straight from the buffer of the socket: a view of each message costs as much as decoding it. */
  #deliver(buffer: Buffer, start: number, end: number, binary: boolean): void {
    const text = buffer.toString('utf8', start, end);
    // Bytes that are no UTF-8 become U+FFFD: a text without it needs no second look.
    if (!binary && text.includes('\ufffd') && !isUtf8(buffer.subarray(start, end))) {
      this.#fail(INVALID_UTF8, 0);
    } else {
      this.#handlers.onMessage({ text, binary, buffer, start, end, read: this.#reads });
    }
  }

  #readControl(opcode: number, payload: Buffer): void {
    if (opcode === Opcode.Ping) this.#handlers.onPing(payload);
    else if (opcode === Opcode.Pong) this.#handlers.onPong(payload);
    else this.#readClose(payload);
  }

  #readClose(payload: Buffer): void {
    const code = payload.length === 0 ? CloseCode.NoStatusReceived : payload.readUInt16BE(0);
    const reason = payload.subarray(2);
    if (payload.length > 0 && !mayBeOnWire(code)) {
      this.#fail(BAD_CLOSE_CODE, 0);
    } else if (!isUtf8(reason)) {
      this.#fail(INVALID_UTF8, 0);
    } else {
      this.#isEnded = true;
      this.#handlers.onClose(code, reason.toString('utf8'));
    }
  }

  #fail(error: ProtocolError, at: number): number {
    this.#isEnded = true;
    this.#handlers.onError(error);
    return at;
  }
}

/** Codes that a close frame may carry (RFC 6455 §7.4). */
function mayBeOnWire(code: number): boolean {
  if (code >= 3_000) return code < 5_000;
  return code >= 1_000 && code <= 1_014 && code !== 1_004 && code !== 1_005 && code !== 1_006;
}

// The codes of the errors are those of the `ws` library, so that both transports name one rule alike.
const RESERVED_BITS = protocolError('WS_ERR_UNEXPECTED_RSV_2_3', 'RSV2 and RSV3 must be clear');
const RESERVED_BIT_1 = protocolError('WS_ERR_UNEXPECTED_RSV_1', 'RSV1 must be clear');
const BAD_OPCODE = protocolError('WS_ERR_INVALID_OPCODE', 'invalid opcode');
const FRAGMENTED_CONTROL = protocolError('WS_ERR_EXPECTED_FIN', 'a control frame must not be fragmented');
const CONTROL_LENGTH = protocolError(
  'WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH',
  'invalid length of a control frame',
);
const MASKED = protocolError('WS_ERR_UNEXPECTED_MASK', 'a frame of the server must not be masked');
const BAD_CLOSE_CODE = protocolError('WS_ERR_INVALID_CLOSE_CODE', 'invalid close code');
const INVALID_UTF8 = protocolError('WS_ERR_INVALID_UTF8', 'invalid UTF-8', CloseCode.InvalidPayload);
const MESSAGE_TOO_BIG = protocolError(
  'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
  'a message above the limit',
  CloseCode.MessageTooBig,
);
const TOO_MANY_FRAGMENTS = protocolError(
  'WS_ERR_TOO_MANY_BUFFERED_PARTS',
  'too many fragments',
  CloseCode.PolicyViolation,
);

function protocolError(
  code: string,
  message: string,
  closeCode: CloseCode = CloseCode.ProtocolError,
): ProtocolError {
  return Object.freeze({ code, message, closeCode });
}
