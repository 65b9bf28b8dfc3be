import { PublicText, type Stretch } from './public-text.ts';
import { fingerprint } from './secret.ts';
import { WindowTable } from './window-table.ts';

/** Shortest run of consecutive characters of a secret that counts as a leak (design.md §13.12). */
const WINDOW = 8;
/** A payload segment is made of mostly public claims, so a longer run is asked for. */
const PAYLOAD_WINDOW = 16;

const JWT_SHAPE = /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g;

/** Label of a token that nobody registered. */
const JWT_SHAPE_NAME = 'jwt-shape';
/** Label of what stands in front of every token: public, and yet part of one (faults.md §2). */
const JWT_HEADER_NAME = 'jwt-header';

/** One place where a secret, or an encoded part of it, stands in a text. */
export interface SecretFinding {
  /** Character offset in the text. */
  readonly offset: number;
  readonly length: number;
  /** Which secret: label and fingerprint, or `jwt-shape` for a token nobody registered. */
  readonly secret: string;
}

const NO_SHAPES: readonly RegExpExecArray[] = [];
const NO_FINDINGS: readonly SecretFinding[] = Object.freeze([]);

/** Merges what the windows and the JWT shapes of one text show, in order of offset. */
class Findings {
  readonly #shapes: readonly RegExpExecArray[];
  readonly #all: { offset: number; length: number; secret: string }[] = [];
  #nextShape = 0;

  constructor(shapes: readonly RegExpExecArray[]) {
    this.#shapes = shapes;
  }

  take(offset: number, length: number, secret: string): void {
    this.#addShapesUpTo(offset);
    this.#add(offset, length, secret);
  }

  end(): readonly SecretFinding[] {
    this.#addShapesUpTo(Number.POSITIVE_INFINITY);
    return this.#all.length === 0 ? NO_FINDINGS : this.#all;
  }

  /** True when nothing was taken, so that the next text can have this object. */
  get isUnused(): boolean {
    return this.#all.length === 0 && this.#shapes.length === 0;
  }

  #addShapesUpTo(offset: number): void {
    for (
      let shape = this.#shapes[this.#nextShape];
      shape !== undefined && shape.index <= offset;
      shape = this.#shapes[this.#nextShape]
    ) {
      this.#nextShape += 1;
      this.#add(shape.index, shape[0].length, JWT_SHAPE_NAME);
    }
  }

  #add(offset: number, length: number, secret: string): void {
    const last = this.#all.at(-1);
    if (last !== undefined && offset < last.offset && this.#all.length > 1) {
      // A run begins before the window it was found by, and may reach into findings further back.
      this.#all.pop();
      this.#add(
        offset,
        Math.max(offset + length, last.offset + last.length) - offset,
        isPublicName(last.secret) ? secret : last.secret,
      );
    } else if (last !== undefined && offset <= last.offset + last.length) {
      const end = Math.max(last.offset + last.length, offset + length);
      last.offset = Math.min(last.offset, offset);
      last.length = end - last.offset;
      // A registered secret says more than the shape it was first seen by.
      if (isPublicName(last.secret)) last.secret = secret;
    } else {
      this.#all.push({ offset, length, secret });
    }
  }
}

/** True for what says less than the name of a registered secret. */
function isPublicName(name: string): boolean {
  return name === JWT_SHAPE_NAME || name === JWT_HEADER_NAME;
}

export interface SecretIndexOptions {
  /**
   * When the encodings of a secret become findable. `live`: always. `at-scan`: for `find` only; `findLive` and `redact`
   * then know secrets as they stand, which is a tenth of the work per token under load. Default `live`.
   */
  readonly encodings?: 'live' | 'at-scan';
  /** Words that every report of this run holds, as the titles of its checks: public like those that all runs share. */
  readonly publicWords?: readonly string[];
}

interface KnownSecret {
  readonly value: string;
  readonly label: string;
}

/**
 * Knows every secret of a run and finds any 8 consecutive characters of one, raw, reversed, percent-encoded (as far as
 * needed, or every character), JSON-escaped, base64, base64url (once or twice) or hex. Windows are built on first use,
 * so registering stays cheap.
 */
export class SecretIndex {
  readonly #known = new Set<string>();
  readonly #public: PublicText;
  readonly #all: SecretRuns;
  /** What `findLive` knows; the same as `find` unless encodings wait for the scan. */
  readonly #live: SecretRuns;
  #listener: ((value: string, label: string) => void) | null = null;

  constructor(options: SecretIndexOptions = {}) {
    this.#public = publicText(options.publicWords ?? []);
    this.#all = new SecretRuns(true, this.#public);
    this.#live = options.encodings === 'at-scan' ? new SecretRuns(false, this.#public) : this.#all;
  }

  /**
   * How much of a text can be told from words that every report holds: the share of its windows that are not public, from 0 to 1.
   * Where it is low, a leak of the text would look like a report, and a report like a leak.
   */
  distinctShare(value: string): number {
    const runs = value.length - WINDOW + 1;
    if (runs < 1) return 0;
    const secret = this.#public
      .secretStretches(value, WINDOW)
      .reduce((sum, { from, to }) => sum + to - from - WINDOW + 1, 0);
    return secret / runs;
  }

  /** Registers a secret or a compact JWT (its signature and payload are then told apart from its public header). */
  register(value: string, label: string): void {
    if (value.length === 0 || this.#known.has(value)) return;
    this.#known.add(value);
    const secret = { value, label };
    this.#all.add(secret);
    if (this.#live !== this.#all) this.#live.add(secret);
    this.#listener?.(value, label);
  }

  /** Calls `listener` for every secret registered from now on, before it can travel anywhere. */
  onRegister(listener: (value: string, label: string) => void): void {
    this.#listener = listener;
  }

  /** Returns the text with every part of a secret that `findLive` finds replaced by `[redacted …]`. */
  redact(text: string): string {
    const findings = this.findLive(text);
    if (findings.length === 0) return text;
    let result = '';
    let from = 0;
    for (const finding of findings) {
      result += `${text.slice(from, finding.offset)}[redacted ${finding.secret}]`;
      from = finding.offset + finding.length;
    }
    return result + text.slice(from);
  }

  /** Returns every leak in a text, merged where windows overlap, in order. */
  find(text: string): readonly SecretFinding[] {
    return this.#all.find(text);
  }

  /** As `find`, for what comes off the wire while the run goes on; see `SecretIndexOptions.encodings`. */
  findLive(text: string): readonly SecretFinding[] {
    return this.#live.find(text);
  }
}

/** Forms that hold a secret byte by byte, or in an order of its own: what they are called by is the secret's own name. */
class SecretRuns {
  readonly #pending: KnownSecret[] = [];
  readonly #headers = new Set<string>();
  readonly #windows = new WindowTable();
  readonly #hasEncodings: boolean;
  readonly #public: PublicText;
  /** For the next text, as nearly all hold nothing. */
  #unused = new Findings(NO_SHAPES);

  constructor(hasEncodings: boolean, publicText: PublicText) {
    this.#hasEncodings = hasEncodings;
    this.#public = publicText;
  }

  add(secret: KnownSecret): void {
    this.#pending.push(secret);
  }

  find(text: string): readonly SecretFinding[] {
    if (this.#pending.length > 0) this.#build();
    // Shapes are looked for only where one can begin.
    const findings = text.includes('eyJ') ? new Findings([...text.matchAll(JWT_SHAPE)]) : this.#unused;
    this.#windows.scan(text, findings);
    if (findings === this.#unused && !findings.isUnused) this.#unused = new Findings(NO_SHAPES);
    return findings.end();
  }

  #build(): void {
    for (const secret of this.#pending.splice(0)) {
      const { value } = secret;
      const name = nameOf(secret);
      const segments = value.split('.');
      const [header, payload, signature] = segments;
      if (segments.length === 3 && header?.startsWith('eyJ') === true && payload !== undefined) {
        this.#addHeader(header);
        this.#addParts(payload, PAYLOAD_WINDOW, name);
        if (signature !== undefined) this.#addSecret(signature, value.length - signature.length, name);
      } else {
        this.#addSecret(value, 0, name);
      }
    }
  }

  /** The headers of one minter are all the same. */
  #addHeader(header: string): void {
    if (this.#headers.has(header)) return;
    this.#headers.add(header);
    this.#addParts(header, WINDOW, () => JWT_HEADER_NAME);
  }

  /** @param before characters of the whole token in front of the secret: they decide how base64 of the whole aligns. */
  #addSecret(value: string, before: number, name: () => string): void {
    for (const { from, to } of this.#addParts(value, WINDOW, name)) {
      if (this.#hasEncodings) this.#addEncodings(value.slice(from, to), [from, before + from], name);
    }
  }

  /** Adds what is secret of a text as it stands. */
  #addParts(value: string, length: number, name: () => string): readonly Stretch[] {
    const parts = this.#public.secretStretches(value, length);
    for (const { from, to } of parts) this.#addRuns(value.slice(from, to), length, name);
    return parts;
  }

  /** Adds every form that `part` takes; the last ones no transport needs and an echo may take. */
  #addEncodings(part: string, before: readonly number[], name: () => string): void {
    const percent = encodeURIComponent(part.replaceAll(/[\ud800-\udfff]/g, ''));
    if (percent !== part) this.#addRuns(percent, WINDOW, name);
    const escaped = JSON.stringify(part).slice(1, -1);
    if (escaped !== part) this.#addRuns(escaped, WINDOW, name);
    const bytes = Buffer.from(part, 'utf8');
    const hex = bytes.toString('hex');
    const everyPercent = hex.replaceAll(/../g, '%$&');
    for (const text of new Set([hex, hex.toUpperCase()])) this.#addRuns(text, 2 * WINDOW, name);
    for (const text of new Set([everyPercent, everyPercent.toUpperCase()])) {
      this.#addRuns(text, 3 * WINDOW, name);
    }
    for (const shift of [0, 1, 2]) {
      for (const text of base64Forms(bytes, shift)) this.#addRuns(text, BASE64_WINDOW, name);
    }
    this.#addRuns(part.split('').reverse().join(''), WINDOW, name);
    // Nine bytes are 16 characters of base64 of base64: how a secret aligns repeats after them.
    for (const shift of new Set(before.map((count) => count % 9))) {
      for (const inner of base64Forms(bytes, shift)) {
        const [innerFirst] = determined(shift, shift + bytes.length);
        for (const text of base64Forms(Buffer.from(inner), innerFirst))
          this.#addRuns(text, DOUBLE_BASE64_WINDOW, name);
      }
    }
  }

  #addRuns(text: string, length: number, name: () => string): void {
    if (text.length >= length) this.#windows.addRuns(this.#windows.addSource(text, name), length);
  }
}

/** The fewest characters of base64 that 8 bytes determine, and of base64 of these. */
const BASE64_WINDOW = 10;
const DOUBLE_BASE64_WINDOW = 12;

/** What bytes look like in base64 and base64url with `shift` bytes in front of them, without the characters that those blur. */
function base64Forms(bytes: Buffer, shift: number): ReadonlySet<string> {
  const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
  const [first, last] = determined(shift, padded.length);
  return new Set(
    [padded.toString('base64'), padded.toString('base64url')].map((text) => text.slice(first, last)),
  );
}

/**
 * The characters of a base64 text that the bytes from `from` up to `to` determine: the bytes around them blur the first
 * and the last character.
 */
function determined(from: number, to: number): readonly [first: number, last: number] {
  return [Math.ceil((from * 8) / 6), Math.floor((to * 8) / 6)];
}

/** Name of a secret in findings; its fingerprint is computed when the first window of it is found. */
function nameOf({ label, value }: KnownSecret): () => string {
  let name: string | undefined;
  return () => (name ??= `${label} sha256:${fingerprint(value)}`);
}

let shared: PublicText | null = null;

/** The words that all runs share stand in one object for every index without words of its own. */
function publicText(words: readonly string[]): PublicText {
  if (words.length > 0) return new PublicText(words, WINDOW);
  return (shared ??= new PublicText([], WINDOW));
}
