import { PUBLIC_WORDS } from './public-words.ts';
import { RunFilter } from './run-filter.ts';
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
  readonly #public: PublicWindows;
  readonly #all: SecretWindows;
  /** What `findLive` knows; the same as `find` unless encodings wait for the scan. */
  readonly #live: SecretWindows;
  #listener: ((value: string, label: string) => void) | null = null;

  constructor(options: SecretIndexOptions = {}) {
    this.#public = new PublicWindows(options.publicWords ?? []);
    this.#all = new SecretWindows(true, this.#public);
    this.#live = options.encodings === 'at-scan' ? new SecretWindows(false, this.#public) : this.#all;
  }

  /**
   * How much of a text can be told from words that every report holds: the share of its windows that are not public, from 0 to 1.
   * Where it is low, a leak of the text would look like a report, and a report like a leak.
   */
  distinctShare(value: string): number {
    const windows = value.length - WINDOW + 1;
    return windows < 1 ? 0 : 1 - this.#public.offsets(value, WINDOW).size / windows;
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

/** The windows of secrets, with or without those of their encodings. */
class SecretWindows {
  readonly #pending: KnownSecret[] = [];
  readonly #headers = new Set<string>();
  readonly #windows = new WindowTable();
  readonly #hasEncodings: boolean;
  readonly #public: PublicWindows;
  /** For the next text, as nearly all hold nothing. */
  #unused = new Findings(NO_SHAPES);

  constructor(hasEncodings: boolean, publicWindows: PublicWindows) {
    this.#hasEncodings = hasEncodings;
    this.#public = publicWindows;
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
        this.#addWindows(payload, PAYLOAD_WINDOW, name);
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
    this.#addWindows(header, WINDOW, () => JWT_HEADER_NAME);
  }

  /** @param before characters of the whole token in front of the secret: they decide how base64 of the whole aligns. */
  #addSecret(value: string, before: number, name: () => string): void {
    this.#addWindows(value, WINDOW, name);
    if (!this.#hasEncodings) return;
    this.#addEncodings(value, name);
    this.#addObfuscations(value, name);
    for (const prefix of new Set([0, before])) this.#addDoubleBase64(value, prefix, name);
  }

  /** Forms that no transport needs and an echo may take: every character percent-encoded, and the text reversed. */
  #addObfuscations(value: string, name: () => string): void {
    const bytes = Buffer.from(value, 'utf8');
    const open = this.#public.offsets(bytes.toString('latin1'), WINDOW);
    const hex = bytes.toString('hex');
    const percent = hex.replaceAll(/../g, '%$&');
    const sources = [percent, percent.toUpperCase()].map((text) => this.#windows.addSource(text, name));
    for (let i = 0; i + WINDOW <= bytes.length; i += 1) {
      if (open.has(i)) continue;
      for (const source of sources) this.#windows.add(source, 3 * i, 3 * WINDOW);
    }
    this.#addWindows(value.split('').reverse().join(''), WINDOW, name);
  }

  /** Base64 of base64, for a secret with `before` bytes in front of it. */
  #addDoubleBase64(value: string, before: number, name: () => string): void {
    const bytes = Buffer.from(value, 'utf8');
    const open = this.#public.offsets(bytes.toString('latin1'), WINDOW);
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    const inner = [padded.toString('base64'), padded.toString('base64url')].map((text) => Buffer.from(text));
    const texts = new Set(inner.flatMap((text) => [text.toString('base64'), text.toString('base64url')]));
    for (const text of texts) {
      const source = this.#windows.addSource(text, name);
      for (let i = 0; i + WINDOW <= bytes.length; i += 1) {
        if (open.has(i)) continue;
        const [innerFirst, innerLast] = determined(before + i, before + i + WINDOW);
        const [first, last] = determined(innerFirst, innerLast);
        this.#windows.add(source, first, last - first);
      }
    }
  }

  #addEncodings(value: string, name: () => string): void {
    const percent = encodeURIComponent(value.replaceAll(/[\ud800-\udfff]/g, ''));
    if (percent !== value) this.#addWindows(percent, WINDOW, name);
    const escaped = JSON.stringify(value).slice(1, -1);
    if (escaped !== value) this.#addWindows(escaped, WINDOW, name);
    const bytes = Buffer.from(value, 'utf8');
    const windows = this.#windows;
    const open = this.#public.offsets(bytes.toString('latin1'), WINDOW);
    const hex = bytes.toString('hex');
    const hexSources = [hex, hex.toUpperCase()].map((text) => windows.addSource(text, name));
    const shifted = [0, 1, 2].map((shift) => {
      const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
      const texts = new Set([padded.toString('base64'), padded.toString('base64url')]);
      return {
        shift,
        sources: [...texts].map((text) => windows.addSource(text, name)),
      };
    });
    for (let i = 0; i + WINDOW <= bytes.length; i += 1) {
      if (open.has(i)) continue;
      for (const source of hexSources) windows.add(source, 2 * i, 2 * WINDOW);
      for (const { shift, sources } of shifted) {
        const [first, last] = determined(shift + i, shift + i + WINDOW);
        for (const source of sources) windows.add(source, first, last - first);
      }
    }
  }

  #addWindows(value: string, length: number, name: () => string): void {
    const source = this.#windows.addSource(value, name);
    const open = this.#public.offsets(value, length);
    if (open.size === 0 && !this.#hasEncodings) {
      this.#windows.addRuns(source, length);
      return;
    }
    for (let i = 0; i + length <= value.length; i += 1) {
      if (!open.has(i)) this.#windows.add(source, i, length);
    }
  }
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

/** Windows of public words, and what rules nearly all texts out before they are scanned for them. */
interface PublicTable {
  readonly windows: WindowTable;
  readonly filter: RunFilter;
}

const NO_OFFSETS: ReadonlySet<number> = new Set();

/** The windows that lie wholly inside a public word; built when the first secret is. */
class PublicWindows {
  readonly #words: readonly string[];
  readonly #tables = new Map<number, PublicTable>();

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  /** Offsets at which a window of `length` characters is public, whatever its case. */
  offsets(value: string, length: number): ReadonlySet<number> {
    const { windows, filter } = this.#table(length);
    if (!filter.mayShare(value)) return NO_OFFSETS;
    const offsets = new Set<number>();
    windows.scan(value.toLowerCase(), { take: (offset) => offsets.add(offset) });
    return offsets;
  }

  #table(length: number): PublicTable {
    if (this.#words.length === 0) return sharedTable(length);
    const known = this.#tables.get(length);
    if (known !== undefined) return known;
    const table = tableOf([...PUBLIC_WORDS, ...this.#words], length);
    this.#tables.set(length, table);
    return table;
  }
}

const SHARED_TABLES = new Map<number, PublicTable>();

/** The table of the words that all runs share, for every index without words of its own. */
function sharedTable(length: number): PublicTable {
  const known = SHARED_TABLES.get(length);
  if (known !== undefined) return known;
  const table = tableOf(PUBLIC_WORDS, length);
  SHARED_TABLES.set(length, table);
  return table;
}

function tableOf(words: readonly string[], length: number): PublicTable {
  const lower = words.map((word) => word.toLowerCase());
  const windows = new WindowTable();
  for (const word of lower) {
    const source = windows.addSource(word, () => word);
    for (let at = 0; at + length <= word.length; at += 1) windows.add(source, at, length);
  }
  return { windows, filter: new RunFilter(lower, length) };
}
