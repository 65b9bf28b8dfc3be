import { ClientMessageType, CRITICAL_EVENT_TYPES, SessionFrameType } from '../contract/event-type.ts';
import type { Evidence, EvidenceBody, RecordedHeaders } from './evidence.ts';
import { digitsOf, encodeAscii, type LineBuffer } from './line-buffer.ts';

type BodyOf<Kind extends EvidenceBody['kind']> = Extract<EvidenceBody, { readonly kind: Kind }>;

/** Ends of the lines of messages by type: names of the contract, which hold no secret. */
const MESSAGE_ENDS: ReadonlyMap<string, Uint8Array> = new Map(
  [...CRITICAL_EVENT_TYPES, ...Object.values(SessionFrameType), ...Object.values(ClientMessageType)].map(
    (type) => [type, encodeAscii(`,"binary":false,"type":"${type}","sample":null}}\n`)],
  ),
);
/** A line whose start the next one may share but for its number: messages that arrived together come one after the other. */
interface LineStart {
  check: string | null;
  atMs: number;
  connection: string;
  direction: string;
  /** Decimal digits of its number. */
  digits: number;
  /** Where it stands in the lines, and its length up to what differs. */
  from: number;
  length: number;
}

/** What the lines of one connection say around its id. */
interface ConnectionParts {
  readonly messageIn: Uint8Array;
  readonly messageOut: Uint8Array;
  readonly turn: Uint8Array;
}

const TURN_END = encodeAscii(',"violations":[],"warnings":[]}}\n');

/** Check ids and connection ids are ours; the pattern only guards against one that would need escaping. */
const OWN_ID = /^[A-Za-z0-9-]{1,40}$/;
/** Of the largest number that is still written as a 32-bit integer. */
const INT32_DIGITS = 10;
/** Connections remembered. */
const MAX_OWN_IDS = 20_000;
/** A text that stands in JSON as it is, short enough for a line of `LineBuffer`. */
const UNESCAPED = /^[\w .:@/[\]?&=+,;()-]{0,2000}$/;
/** `.001` to `.999` without trailing zeros, by thousandths. */
const FRACTIONS: readonly string[] = Array.from({ length: 1_000 }, (_, at) => String(at / 1_000).slice(1));

/**
 * Writes the records that a load run is made of as JSON would, without going through it: messages without a sample, and
 * clean turns. What stands in them is ours or of the contract, but for the ids of a turn, which go through redaction.
 */
export class FrequentRecords {
  readonly #lines: LineBuffer;
  readonly #redact: (text: string) => string;
  readonly #start: Uint8Array;
  readonly #ownIds = new Map<string, ConnectionParts>();
  /** Parts that stay the same from one record to the next while they come in bursts, and what they were made of. */
  #check: string | null | undefined;
  #checkPart: Uint8Array = encodeAscii('');
  #wallTime = '';
  #wallTimePart: Uint8Array = encodeAscii('');
  readonly #last: LineStart = {
    check: null,
    atMs: Number.NaN,
    connection: '',
    direction: '',
    digits: 0,
    from: 0,
    length: 0,
  };

  /** @param writer first part of every evidence id. */
  constructor(lines: LineBuffer, writer: string, redact: (text: string) => string) {
    this.#lines = lines;
    this.#redact = redact;
    this.#start = encodeAscii(`{"id":"${writer}-`);
  }

  /** Appends the line of a frequent record; false, and nothing written, for any other. @param number second part of its id. */
  write(evidence: Evidence, number: number): boolean {
    const { check, body } = evidence;
    if (body.kind === 'ws.message') return this.#writeMessage(evidence, number, body);
    if (body.kind !== 'chat.turn') return this.#writeWhole(evidence);
    const parts = this.#partsOf(check, body.connection);
    return parts !== null && this.#writeTurn(evidence, number, body, parts);
  }

  /** The lines are cleared: what was written before cannot be copied any more. */
  forget(): void {
    this.#last.atMs = Number.NaN;
  }

  /** Null when an id of the line is not ours. */
  #partsOf(check: string | null, connection: string): ConnectionParts | null {
    if (check !== this.#check && check !== null && !OWN_ID.test(check)) return null;
    return this.#ownIds.get(connection) ?? this.#learn(connection);
  }

  /** Once per connection or token: as JSON writes it, but what is ours in it is not searched for secrets. */
  #writeWhole(evidence: Evidence): boolean {
    const texts = textsOf(evidence.body);
    if (texts === null) return false;
    const foreign = evidence.check === null ? texts : `${evidence.check} ${texts}`;
    if (!UNESCAPED.test(foreign) || this.#redact(foreign) !== foreign) return false;
    this.#lines.startLine();
    this.#lines.latin1(JSON.stringify(evidence));
    this.#lines.ascii('\n');
    return true;
  }

  #writeMessage(evidence: Evidence, number: number, body: BodyOf<'ws.message'>): boolean {
    const { type, sample, binary } = body;
    const end = type === null || sample !== null || binary ? undefined : MESSAGE_ENDS.get(type);
    if (end === undefined || !this.#startMessage(evidence, number, body)) return false;
    const lines = this.#lines;
    lines.integer(body.seq);
    lines.ascii(',"bytes":');
    lines.integer(body.bytes);
    lines.encoded(end);
    return true;
  }

  /** Writes the line up to its sequence number; false, and nothing written, when an id is not ours. */
  #startMessage(
    { check, atMs, wallTime }: Evidence,
    number: number,
    { connection, direction }: BodyOf<'ws.message'>,
  ): boolean {
    const lines = this.#lines;
    const last = this.#last;
    if (
      atMs === last.atMs &&
      connection === last.connection &&
      direction === last.direction &&
      check === last.check &&
      digitsOf(number) === last.digits &&
      last.digits < INT32_DIGITS
    ) {
      lines.startLine();
      const from = lines.length;
      lines.again(last.from, last.length);
      lines.integerAt(from + this.#start.length, number, last.digits);
      last.from = from;
      return true;
    }
    const parts = this.#partsOf(check, connection);
    if (parts === null) return false;
    const from = lines.length;
    this.#startLine(check, atMs, wallTime, number);
    lines.encoded(direction === 'in' ? parts.messageIn : parts.messageOut);
    last.check = check;
    last.atMs = atMs;
    last.connection = connection;
    last.direction = direction;
    last.digits = digitsOf(number);
    last.from = from;
    last.length = lines.length - from;
    return true;
  }

  #writeTurn(evidence: Evidence, number: number, body: BodyOf<'chat.turn'>, parts: ConnectionParts): boolean {
    if (body.violations.length > 0 || body.warnings.length > 0) return false;
    const { subject, runId, threadId } = body;
    // One search for all three: whatever it finds, the whole line is then redacted as any other record's.
    const ids = `${subject ?? ''} ${runId ?? ''} ${threadId ?? ''}`;
    if (!UNESCAPED.test(ids) || this.#redact(ids) !== ids) return false;
    const lines = this.#lines;
    this.#startLine(evidence.check, evidence.atMs, evidence.wallTime, number);
    lines.encoded(parts.turn);
    this.#id(subject);
    lines.ascii(',"runId":');
    this.#id(runId);
    lines.ascii(',"threadId":');
    this.#id(threadId);
    lines.ascii(',"ended":"');
    lines.ascii(body.ended);
    lines.ascii('","eventTypes":');
    this.#counts(body.eventTypes);
    lines.ascii(',"variants":');
    this.#counts(body.variants);
    lines.ascii(',"firstEventMs":');
    this.#duration(body.firstEventMs);
    lines.ascii(',"maxGapMs":');
    this.#duration(body.maxGapMs);
    lines.ascii(',"totalMs":');
    this.#duration(body.totalMs);
    lines.encoded(TURN_END);
    return true;
  }

  #startLine(check: string | null, atMs: number, wallTime: string, number: number): void {
    if (check !== this.#check) {
      this.#check = check;
      this.#checkPart = encodeAscii(`","check":${check === null ? 'null' : `"${check}"`},"atMs":`);
    }
    if (wallTime !== this.#wallTime) {
      this.#wallTime = wallTime;
      this.#wallTimePart = encodeAscii(`,"wallTime":"${wallTime}","body":{"kind":"`);
    }
    const lines = this.#lines;
    lines.startLine();
    lines.encoded(this.#start);
    lines.integer(number);
    lines.encoded(this.#checkPart);
    this.#duration(atMs);
    lines.encoded(this.#wallTimePart);
  }

  /** Milliseconds of at most three decimals; any other number as JSON writes it. */
  #duration(ms: number | null): void {
    const lines = this.#lines;
    if (ms === null) {
      lines.ascii('null');
      return;
    }
    const wholeMs = Math.floor(ms);
    const thousandths = Math.round((ms - wholeMs) * 1_000);
    if (wholeMs < 0 || wholeMs + thousandths / 1_000 !== ms) {
      lines.ascii(JSON.stringify(ms));
      return;
    }
    lines.integer(wholeMs);
    lines.ascii(FRACTIONS[thousandths] ?? '');
  }

  #id(id: string | null): void {
    if (id === null) {
      this.#lines.ascii('null');
      return;
    }
    this.#lines.ascii('"');
    this.#lines.ascii(id);
    this.#lines.ascii('"');
  }

  #counts(counts: Readonly<Record<string, number>>): void {
    const lines = this.#lines;
    let before = '{"';
    for (const name of Object.keys(counts)) {
      lines.ascii(before);
      lines.ascii(name);
      lines.ascii('":');
      lines.integer(counts[name] ?? 0);
      before = ',"';
    }
    lines.ascii(before === '{"' ? '{}' : '}');
  }

  /** A connection is named in every record of it, so its id is looked at, and encoded, once; null for one that is not ours. */
  #learn(connection: string): ConnectionParts | null {
    if (!OWN_ID.test(connection)) return null;
    if (this.#ownIds.size >= MAX_OWN_IDS) this.#ownIds.clear();
    const message = `ws.message","connection":"${connection}","direction":`;
    const parts = {
      messageIn: encodeAscii(`${message}"in","seq":`),
      messageOut: encodeAscii(`${message}"out","seq":`),
      turn: encodeAscii(`chat.turn","connection":"${connection}","subject":`),
    };
    this.#ownIds.set(connection, parts);
    return parts;
  }
}

/** What may differ in the record of an opening, a close or a token, each text with a space behind it; null for other records. */
function textsOf(body: EvidenceBody): string | null {
  switch (body.kind) {
    case 'ws.handshake':
      if (body.outcome.kind !== 'open') return null;
      return (
        `${body.connection} ${body.url} ${body.subject ?? ''} ${body.tokenFingerprint ?? ''} ${body.peer ?? ''} ` +
        `${body.offered.join(' ')} ${body.outcome.subprotocol ?? ''} ` +
        `${headerTexts(body.requestHeaders)}${headerTexts(body.outcome.headers)}`
      );
    case 'ws.close':
      return `${body.connection} ${body.reason}`;
    case 'token':
      return `${body.subject ?? ''} ${body.fingerprint} ${body.invalid ?? ''}`;
    default:
      return null;
  }
}

function headerTexts(headers: RecordedHeaders): string {
  let texts = '';
  for (const name of Object.keys(headers)) texts += `${name} ${headers[name] ?? ''} `;
  return texts;
}
