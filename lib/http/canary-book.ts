import { randomBase64Url } from '../foundation/random.ts';

/** What kind of text of the target was looked at. */
export const HEARD_KINDS = ['http answer', 'opening', 'message', 'control frame'] as const;
export type HeardKind = (typeof HEARD_KINDS)[number];

/** Bytes of randomness in front of the mark, and characters that they make. */
const RANDOM_BYTES = 12;
const RANDOM_LENGTH = 16;
const MARK_LENGTH = 4;
const LENGTH = RANDOM_LENGTH + MARK_LENGTH;
/** Distinct findings that are kept: a target that tells everything must not fill the worker. */
const MAX_FINDINGS = 2_000;

/** A text of the target, and who it was told to. */
interface HeardText {
  readonly kind: HeardKind;
  /** `header x-last of the 101`, `message 3`. */
  readonly where: string;
  /** Subject of the token that the answer or the connection belongs to; null for one without a token. */
  readonly reader: string | null;
  /** Id of a record that shows it. */
  readonly evidence: string;
}

/** What one user wrote, in a text that was told to somebody else. */
export interface ToldCanary extends HeardText {
  /** Subjects of those who wrote it. */
  readonly writers: readonly string[];
  /** Form in which it stood there. */
  readonly encoding: string;
}

interface Form {
  readonly encoding: string;
  /** What the mark of the run looks like in this form. */
  readonly needle: string;
  /** The canary whose mark stands at `at`; null when there is no room for one. */
  readonly canaryAt: (text: string, at: number) => string | null;
}

/**
 * Knows every canary of a run and who wrote it, and looks for them in what the target says, wherever that stands. All
 * canaries of a run end in one mark, so a text that holds none costs a search for each form and nothing else.
 */
export class CanaryBook {
  readonly #mark = alphanumeric(3);
  readonly #forms = formsOf(this.#mark);
  readonly #writers = new Map<string, Set<string>>();
  readonly #readers = new Map<HeardKind, Set<string>>();
  readonly #texts = new Map<HeardKind, number>();
  readonly #told = new Map<string, ToldCanary>();

  /** 20 letters and digits that stand in no other run; the first 16 are random. */
  create(): string {
    return alphanumeric(RANDOM_BYTES) + this.#mark;
  }

  /** Notes the canaries of a text that leaves for the target as those of its writer. Who has no token owns nothing. */
  wrote(writer: string | null, text: string): void {
    if (writer === null || !text.includes(this.#mark)) return;
    for (const canary of this.#plainIn(text)) {
      const writers = this.#writers.get(canary) ?? new Set();
      writers.add(writer);
      this.#writers.set(canary, writers);
    }
  }

  /** Looks at a text of the target. */
  heard(heard: HeardText, text: string): void {
    this.#count(heard);
    this.#search(heard, text);
  }

  /** Looks at the headers of one answer. @param of what stands behind the name of a header, as `of the 101`. */
  heardHeaders(
    heard: HeardText,
    headers: Readonly<Record<string, string | readonly string[] | undefined>>,
    of: string,
  ): void {
    this.#count(heard);
    for (const name of Object.keys(headers))
      this.#search(heard, `${name}: ${String(headers[name] ?? '')}`, `header ${name.toLowerCase()} ${of}`);
  }

  /** What was told to somebody who had not written it, each place, writer and reader once. */
  get told(): readonly ToldCanary[] {
    return [...this.#told.values()];
  }

  /** Subjects whose canaries are known. */
  get writers(): ReadonlySet<string> {
    return new Set([...this.#writers.values()].flatMap((writers) => [...writers]));
  }

  /** Texts of one kind that were looked at; the headers of one answer are one text. */
  texts(kind: HeardKind): number {
    return this.#texts.get(kind) ?? 0;
  }

  /** Distinct readers of texts of one kind, those without a token counting as one. */
  readers(kind: HeardKind): number {
    return this.#readers.get(kind)?.size ?? 0;
  }

  #count({ kind, reader }: HeardText): void {
    this.#texts.set(kind, this.texts(kind) + 1);
    const readers = this.#readers.get(kind) ?? new Set();
    readers.add(reader ?? '');
    this.#readers.set(kind, readers);
  }

  #search(heard: HeardText, text: string, where = heard.where): void {
    for (const { encoding, needle, canaryAt } of this.#forms) {
      for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
        const writers = this.#writers.get(canaryAt(text, at) ?? '');
        if (writers === undefined || (heard.reader !== null && writers.has(heard.reader))) continue;
        const key = `${where} ${heard.reader ?? ''} ${[...writers].join(' ')}`;
        if (this.#told.has(key) || this.#told.size >= MAX_FINDINGS) continue;
        this.#told.set(key, { ...heard, where, writers: [...writers], encoding });
      }
    }
  }

  #plainIn(text: string): readonly string[] {
    const found: string[] = [];
    for (let at = text.indexOf(this.#mark); at >= 0; at = text.indexOf(this.#mark, at + 1)) {
      if (at >= RANDOM_LENGTH) found.push(text.slice(at - RANDOM_LENGTH, at + MARK_LENGTH));
    }
    return found;
  }
}

/** Four characters for three bytes. */
function alphanumeric(bytes: number): string {
  return randomBase64Url(bytes).replaceAll(/[-_]/g, 'x');
}

function formsOf(mark: string): readonly Form[] {
  const hex = Buffer.from(mark, 'latin1').toString('hex');
  const hexAt = (text: string, at: number): string | null =>
    at < 2 * RANDOM_LENGTH
      ? null
      : Buffer.from(text.slice(at - 2 * RANDOM_LENGTH, at + 2 * MARK_LENGTH), 'hex').toString('latin1');
  return [
    {
      encoding: 'plain text',
      needle: mark,
      canaryAt: (text, at) => (at < RANDOM_LENGTH ? null : text.slice(at - RANDOM_LENGTH, at + MARK_LENGTH)),
    },
    {
      encoding: 'reversed text',
      needle: reversed(mark),
      canaryAt: (text, at) => reversed(text.slice(at, at + LENGTH)),
    },
    { encoding: 'hex', needle: hex, canaryAt: hexAt },
    { encoding: 'hex', needle: hex.toUpperCase(), canaryAt: hexAt },
    ...[0, 1, 2].map((shift): Form => base64Form(mark, shift)),
  ];
}

/** Base64 with `shift` bytes in front of the canary, up to whole groups: letters and digits look alike in both alphabets. */
function base64Form(mark: string, shift: number): Form {
  const markFrom = shift + RANDOM_LENGTH;
  const end = markFrom + MARK_LENGTH;
  const first = Math.ceil((markFrom * 8) / 6);
  const whole = Buffer.alloc(end);
  whole.write(mark, markFrom, 'latin1');
  return {
    encoding: 'base64',
    needle: whole.toString('base64').slice(first, Math.floor((end * 8) / 6)),
    canaryAt: (text, at) =>
      at < first
        ? null
        : Buffer.from(text.slice(at - first, at - first + Math.ceil(end / 3) * 4), 'base64').toString(
            'latin1',
            shift,
            end,
          ),
  };
}

function reversed(text: string): string {
  return text.split('').reverse().join('');
}
