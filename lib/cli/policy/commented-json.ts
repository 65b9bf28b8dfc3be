import { readFileSync } from 'node:fs';
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import type { z } from 'zod';
import { describeError, HarnessError } from '../../foundation/errors.ts';
import { printable } from '../../foundation/printable.ts';

/** Problems that are named at once; more of them say the same. */
const MAX_PROBLEMS = 10;

/** A file that people write, with what leads from a value back to its place. */
export interface CommentedJson<T> {
  readonly value: T;
  /** `line 3, column 5` of the value at a path, or of what is nearest above it. */
  readonly placeOf: (path: readonly PropertyKey[]) => string;
}

/**
 * Reads JSON with comments and trailing commas, and holds it to a schema.
 * @throws {HarnessError} `CONFIG_INVALID` naming each problem with its line and column, what was expected and what came.
 */
export function readCommentedJson<S extends z.ZodType>(
  path: string,
  what: { readonly kind: string; readonly schema: S; readonly next: string },
): CommentedJson<z.output<S>> {
  const { kind, schema, next } = what;
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/^\ufeff/, '');
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
  const parsed = schema.safeParse(getNodeValue(tree));
  if (parsed.success) return { value: parsed.data, placeOf };
  throw refuse(parsed.error.issues.flatMap((issue) => issueTexts(issue, tree, placeOf)));
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
  return [`${placeOf(issue.path)}: ${name}: ${shorten(issue.message, 700)}, got ${got}`];
}

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
