import { createHash } from 'node:crypto';
import type { Recorder } from '../evidence/ledger.ts';
import type { SecretIndex } from '../foundation/redaction.ts';
import { findLeaks, type Leak } from '../http/leak.ts';
import { recordedText } from '../http/recorded-text.ts';

/** Messages of a connection whose text is kept, and characters kept of each. */
const SAMPLED_MESSAGES = 200;
const SAMPLE_LENGTH = 1_000;

export interface LoggedMessage {
  readonly direction: 'in' | 'out';
  /** 1 for the first message of this direction. */
  readonly seq: number;
  readonly text: string;
  /** Holds the bytes on the wire from `start` on, during the call; null for a message of ours, whose bytes are those of the text. */
  readonly buffer: Buffer | null;
  readonly start: number;
  readonly bytes: number;
  readonly binary: boolean;
  readonly type: string | null;
  /** When it came or went, on the clock of the recorder. */
  readonly atMs: number;
}

/** What the log found in a message besides logging it. */
export interface Logged {
  /** Id of the message's record; null when it has none of its own. */
  readonly evidence: string | null;
  readonly leaks: readonly Leak[];
}

export interface MessageTotals {
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Keeps what a connection said: every message, or a digest of them. */
export interface MessageLog {
  log(message: LoggedMessage): Logged;
  /** Called once, when the connection has ended. */
  end(totals: MessageTotals): void;
}

const NO_LEAKS: readonly Leak[] = Object.freeze([]);

/** One record per message; the text of the first `SAMPLED_MESSAGES` is kept and searched for secrets. */
export class FullMessageLog implements MessageLog {
  readonly #recorder: Recorder;
  readonly #connection: string;
  readonly #secrets: SecretIndex;
  #sampled = 0;

  constructor(recorder: Recorder, connection: string, secrets: SecretIndex) {
    this.#recorder = recorder;
    this.#connection = connection;
    this.#secrets = secrets;
  }

  log(message: LoggedMessage): Logged {
    let sample: string | null = null;
    let leaks = NO_LEAKS;
    if (this.#sampled < SAMPLED_MESSAGES) {
      this.#sampled += 1;
      if (message.direction === 'in') {
        leaks = findLeaks(this.#secrets, { texts: [[`message ${message.seq}`, message.text]] });
      }
      // A text without a finding needs no second search; what we send ourselves is searched when the record is written.
      sample = recordedText(message.text, SAMPLE_LENGTH, (text) =>
        leaks.length === 0 ? text : this.#secrets.redact(text),
      );
    }
    const evidence = this.#recorder.record(
      {
        kind: 'ws.message',
        connection: this.#connection,
        direction: message.direction,
        seq: message.seq,
        bytes: message.bytes,
        binary: message.binary,
        type: message.type,
        sample,
      },
      message.atMs,
    );
    return { evidence, leaks };
  }

  end(): void {
    // Every message has its record already.
  }
}

const UNRECORDED: Logged = Object.freeze({ evidence: null, leaks: NO_LEAKS });
/** What one connection holds back from its hash: small, so that the bytes are still in the processor's cache when hashed. */
const BATCH_BYTES = 4 * 1024;
const HEAD_BYTES = 5;

/**
 * Counts and one SHA-256 over all messages in order, for load: each is hashed as direction (`<` in, `>` out), byte length
 * (32 bit, big endian) and bytes, so the same conversation always gives the same digest.
 */
export class DigestMessageLog implements MessageLog {
  readonly #recorder: Recorder;
  readonly #connection: string;
  readonly #hash = createHash('sha256');
  #batch: Buffer | null = null;
  #used = 0;

  constructor(recorder: Recorder, connection: string) {
    this.#recorder = recorder;
    this.#connection = connection;
  }

  log({ direction, text, buffer, start, bytes }: LoggedMessage): Logged {
    if (this.#used + HEAD_BYTES + bytes > BATCH_BYTES) this.#flush();
    const batch = (this.#batch ??= Buffer.allocUnsafeSlow(BATCH_BYTES));
    const at = this.#used + HEAD_BYTES;
    batch[this.#used] = direction === 'in' ? 0x3c : 0x3e;
    batch.writeUInt32BE(bytes, this.#used + 1);
    this.#used = at;
    if (at + bytes > BATCH_BYTES) {
      this.#flush();
      this.#hash.update(buffer === null ? text : buffer.subarray(start, start + bytes));
      return UNRECORDED;
    }
    if (buffer === null) batch.write(text, at, 'utf8');
    else buffer.copy(batch, at, start, start + bytes);
    this.#used = at + bytes;
    return UNRECORDED;
  }

  end(totals: MessageTotals): void {
    this.#flush();
    this.#batch = null;
    this.#recorder.record({
      kind: 'ws.digest',
      connection: this.#connection,
      ...totals,
      sha256: this.#hash.digest('hex'),
    });
  }

  #flush(): void {
    if (this.#batch === null || this.#used === 0) return;
    this.#hash.update(this.#batch.subarray(0, this.#used));
    this.#used = 0;
  }
}
