import { fingerprint } from './secret.ts';

/** Shortest run of consecutive characters of a secret that counts as a leak (design.md §13.12). */
const WINDOW = 8;
/** A payload segment is made of mostly public claims, so a longer run is asked for. */
const PAYLOAD_WINDOW = 16;

/**
 * Words that may stand in a secret by accident and in every artifact by right. A window that lies
 * wholly inside one of them is not a leak.
 */
const PUBLIC_WORDS = [
  'authorization',
  'bearer',
  'environment',
  'localhost',
  'netra-auth-service',
  'netra-platform',
  'netrasystems',
  'oauth-simulation',
  'production',
  'reference-backend',
  'stagegate',
  'staging-e2e-user',
  'websocket',
] as const;

const JWT_SHAPE = /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g;

/** A run holds some 30 000 windows: a filter of a million places lets few positions of a text through. */
const FILTER_BITS = 20;

/** Label of a token that nobody registered. */
const JWT_SHAPE_NAME = 'jwt-shape';

/** One place where a secret, or an encoded part of it, stands in a text. */
export interface SecretFinding {
  /** Character offset in the text. */
  readonly offset: number;
  readonly length: number;
  /** Which secret: label and fingerprint, or `jwt-shape` for a token nobody registered. */
  readonly secret: string;
}

/**
 * Knows every secret of a run and finds any 8 consecutive characters of one, raw, percent-encoded,
 * JSON-escaped, base64, base64url or hex. Windows are built on first use, so registering stays cheap.
 */
export class SecretIndex {
  readonly #pending: { readonly value: string; readonly label: string }[] = [];
  readonly #known = new Set<string>();
  readonly #windows = new Map<number, Map<string, string>>();
  // One bit per hash of the first four characters of a window: most positions of a text fail here at once.
  readonly #filter = new Uint8Array(1 << FILTER_BITS);
  #listener: ((value: string, label: string) => void) | null = null;

  /** Registers a secret or a compact JWT (its signature and payload are then told apart from its public header). */
  register(value: string, label: string): void {
    if (value.length === 0 || this.#known.has(value)) return;
    this.#known.add(value);
    this.#pending.push({ value, label });
    this.#listener?.(value, label);
  }

  /** Calls `listener` for every secret registered from now on, before it can travel anywhere. */
  onRegister(listener: (value: string, label: string) => void): void {
    this.#listener = listener;
  }

  /** Returns the text with every part of a secret replaced by `[redacted …]`. */
  redact(text: string): string {
    const findings = this.find(text);
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
    this.#build();
    const findings: { offset: number; length: number; secret: string }[] = [];
    const add = (offset: number, length: number, secret: string): void => {
      const last = findings.at(-1);
      if (last !== undefined && offset <= last.offset + last.length) {
        last.length = Math.max(last.length, offset + length - last.offset);
        // A registered secret says more than the shape it was first seen by.
        if (last.secret === JWT_SHAPE_NAME) last.secret = secret;
      } else {
        findings.push({ offset, length, secret });
      }
    };
    const shapes = [...text.matchAll(JWT_SHAPE)].map((match) => ({
      at: match.index,
      length: match[0].length,
    }));
    let nextShape = 0;
    if (this.#windows.size > 0 || shapes.length > 0) {
      let hash = 0;
      for (let i = 0; i < text.length; i += 1) {
        hash = (hash << 8) ^ text.charCodeAt(i);
        const start = i - 3;
        if (start < 0) continue;
        for (
          let shape = shapes[nextShape];
          shape !== undefined && shape.at <= start;
          shape = shapes[nextShape]
        ) {
          add(shape.at, shape.length, JWT_SHAPE_NAME);
          nextShape += 1;
        }
        if (this.#filter[slot(hash)] !== 1) continue;
        for (const [length, windows] of this.#windows) {
          const secret = windows.get(text.slice(start, start + length));
          if (secret !== undefined) add(start, length, secret);
        }
      }
    }
    return findings;
  }

  #build(): void {
    for (const { value, label } of this.#pending.splice(0)) {
      const name = `${label} sha256:${fingerprint(value)}`;
      const segments = value.split('.');
      const [header, payload, signature] = segments;
      if (segments.length === 3 && header?.startsWith('eyJ') === true && payload !== undefined) {
        this.#addWindows(payload, PAYLOAD_WINDOW, name);
        if (signature !== undefined) this.#addEncodings(signature, name);
      } else {
        this.#addEncodings(value, name);
      }
    }
  }

  #addEncodings(value: string, name: string): void {
    this.#addWindows(value, WINDOW, name);
    const percent = encodeURIComponent(value.replaceAll(/[\ud800-\udfff]/g, ''));
    if (percent !== value) this.#addWindows(percent, WINDOW, name);
    const escaped = JSON.stringify(value).slice(1, -1);
    if (escaped !== value) this.#addWindows(escaped, WINDOW, name);
    const bytes = Buffer.from(value, 'utf8');
    const hex = bytes.toString('hex');
    const shifted = [0, 1, 2].map((shift) => {
      const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
      return { shift, texts: [padded.toString('base64'), padded.toString('base64url')] };
    });
    for (let i = 0; i + WINDOW <= bytes.length; i += 1) {
      if (isPublic(bytes.toString('latin1', i, i + WINDOW))) continue;
      const digits = hex.slice(2 * i, 2 * (i + WINDOW));
      this.#add(digits, name);
      this.#add(digits.toUpperCase(), name);
      for (const { shift, texts } of shifted) {
        // Bytes around the window blur the first and last character of its encoding: keep those it determines.
        const first = Math.ceil(((shift + i) * 8) / 6);
        const last = Math.floor(((shift + i + WINDOW) * 8) / 6);
        for (const text of texts) this.#add(text.slice(first, last), name);
      }
    }
  }

  #addWindows(value: string, length: number, name: string): void {
    for (let i = 0; i + length <= value.length; i += 1) {
      const window = value.slice(i, i + length);
      if (!isPublic(window)) this.#add(window, name);
    }
  }

  #add(window: string, name: string): void {
    let hash = 0;
    for (let i = 0; i < 4; i += 1) hash = (hash << 8) ^ window.charCodeAt(i);
    this.#filter[slot(hash)] = 1;
    const windows = this.#windows.get(window.length) ?? new Map<string, string>();
    windows.set(window, name);
    this.#windows.set(window.length, windows);
  }
}

function slot(hash: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> (32 - FILTER_BITS);
}

function isPublic(window: string): boolean {
  const lower = window.toLowerCase();
  return PUBLIC_WORDS.some((word) => word.includes(lower));
}
