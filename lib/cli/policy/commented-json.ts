import { readFileSync, statSync } from 'node:fs';
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import type { z } from 'zod';
import { assertNever, describeError, HarnessError } from '../../foundation/errors.ts';
import { printable } from '../../foundation/printable.ts';

/** Problems that are named at once. */
const MAX_PROBLEMS = 40;

/** Largest file that is read. */
const MAX_BYTES = 1_000_000;

/** A file that people write, with what leads from a value back to its place. */
export interface CommentedJson<T> {
  readonly value: T;
  /** `line 3, column 5` of the value at a path, or of what is nearest above it. */
  readonly placeOf: (path: readonly PropertyKey[]) => string;
}

/** A problem that a schema cannot see, and the path of what it is about. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

/**
 * Reads JSON with comments and trailing commas, and holds it to a schema.
 * @throws {HarnessError} `CONFIG_INVALID` naming each problem with its line and column, what was expected and what came.
 */
export function readCommentedJson<S extends z.ZodType>(
  path: string,
  what: {
    readonly kind: string;
    readonly schema: S;
    /** Looks at what the file holds, whether it fits the schema or not, so that all problems are told at once. */
    readonly problems: (raw: unknown) => readonly Problem[];
    readonly next: string;
  },
): CommentedJson<z.output<S>> {
  const { kind, schema, next } = what;
  let text: string;
  try {
    text = readSmallFile(path).replace(/^\ufeff/, '');
  } catch (cause) {
    throw new HarnessError('CONFIG_INVALID', `expected ${kind} in ${path}, got ${describeError(cause)}`, {
      cause,
      next,
    });
  }
  const refuse = (problems: readonly string[]): HarnessError => {
    const shown = problems.slice(0, MAX_PROBLEMS);
    const more = problems.length > shown.length ? `; and ${problems.length - shown.length} more` : '';
    return new HarnessError(
      'CONFIG_INVALID',
      printable(`expected ${kind} in ${path}, got: ${shown.join('; ')}${more}`, 6_000),
      { next },
    );
  };
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  if (errors.length > 0) {
    throw refuse(
      errors.map(({ error, offset }) => `${place(text, offset)}: ${spaced(printParseErrorCode(error))}`),
    );
  }
  if (tree === undefined) throw refuse(['line 1, column 1: an empty file']);
  const doubled = doubledKeys(tree).map(
    (key) =>
      `${place(text, key.offset)}: ${String(key.value)} stands there twice, and one of them would be lost`,
  );
  if (doubled.length > 0) throw refuse(doubled);
  // Read by name it would answer for fields that the file does not have.
  const proto = keysOf(tree).find(({ value }) => value === '__proto__');
  if (proto !== undefined) throw refuse([`${place(text, proto.offset)}: unknown field __proto__`]);
  const placeOf = (at: readonly PropertyKey[]): string => place(text, offsetOf(tree, at));
  const raw: unknown = getNodeValue(tree);
  const parsed = schema.safeParse(raw);
  const found = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => issueTexts(issue, tree, placeOf)),
    ...what.problems(raw).map(({ path: at, text: problem }) => `${placeOf(at)}: ${problem}`),
  ];
  if (!parsed.success || found.length > 0) throw refuse(found);
  return { value: parsed.data, placeOf };
}

/** Reads a file that a person wrote; a device never ends, and a pipe may wait for ever. @throws {RangeError} for anything else. */
function readSmallFile(path: string): string {
  const stats = statSync(path);
  if (!stats.isFile()) throw new RangeError(stats.isDirectory() ? 'a folder' : 'no regular file');
  if (stats.size > MAX_BYTES) throw new RangeError(`${stats.size} bytes, more than ${MAX_BYTES}`);
  return readFileSync(path, 'utf8');
}

/** One text for each place that an issue is about; the keys that a schema does not know stand inside the object it names. */
function issueTexts(
  issue: z.core.$ZodIssue,
  tree: Node,
  placeOf: (path: readonly PropertyKey[]) => string,
): readonly string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `${placeOf([...issue.path, key])}: unknown field ${[...issue.path, key].join('.')}`,
    );
  }
  const node = findNodeAtLocation(tree, segments(issue.path));
  const got = node === undefined ? 'nothing' : shorten(JSON.stringify(getNodeValue(node)));
  const name = issue.path.length === 0 ? 'the file' : issue.path.join('.');
  return [`${placeOf(issue.path)}: ${name}: ${shorten(expectation(issue), 700)}, got ${got}`];
}

/** What a schema wanted, in the words of a person; a schema that has words of its own begins them with `expected`. */
function expectation(issue: z.core.$ZodIssue): string {
  if (issue.message.startsWith('expected ')) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `expected ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${UNITS[issue.origin] ?? ''}`;
    case 'too_big':
      return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${UNITS[issue.origin] ?? ''}`;
    case 'invalid_format':
      return `expected ${FORMATS[issue.format] ?? issue.format}`;
    case 'invalid_key':
      return 'expected a name of lower-case letters, digits and hyphens, as staging';
    case 'not_multiple_of':
    case 'invalid_union':
    case 'invalid_element':
    case 'unrecognized_keys':
    case 'custom':
      return `expected another value (${issue.message})`;
    default:
      return assertNever(issue);
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  boolean: 'true or false',
};
const UNITS: Readonly<Record<string, string>> = { array: ' in the list', string: ' characters' };
const FORMATS: Readonly<Record<string, string>> = {
  date: 'a day, as 2026-03-31',
  url: 'an http or https address',
  safeint: 'a whole number',
};

function shorten(text: string, maxLength = 80): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}…`;
}

/** Where a value stands, or the nearest above it that is there; a property is shown at its key. */
function offsetOf(tree: Node, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(tree, segments(path.slice(0, length)));
    if (node !== undefined) return node.parent?.type === 'property' ? node.parent.offset : node.offset;
  }
  return tree.offset;
}

function segments(path: readonly PropertyKey[]): (string | number)[] {
  return path.map((part) => (typeof part === 'number' ? part : String(part)));
}

function doubledKeys(node: Node): readonly Node[] {
  const keys = ownKeys(node);
  const doubled = keys.filter((key, at) => keys.findIndex((other) => other.value === key.value) !== at);
  return [...doubled, ...(node.children ?? []).flatMap(doubledKeys)];
}

function keysOf(node: Node): readonly Node[] {
  return [...ownKeys(node), ...(node.children ?? []).flatMap(keysOf)];
}

function ownKeys({ type, children = [] }: Node): readonly Node[] {
  return type === 'object' ? children.flatMap((property) => property.children?.slice(0, 1) ?? []) : [];
}

function place(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return `line ${line}, column ${offset - before.lastIndexOf('\n')}`;
}

/** `CommaExpected` as `comma expected`. */
function spaced(code: string): string {
  return code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
