/** A JSON object whose fields are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const EMPTY_OBJECT: JsonObject = Object.freeze({});

/** Tells a JSON object from arrays, scalars and null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The field as an object, else null. */
export function objectField(object: JsonObject, name: string): JsonObject | null {
  const value = object[name];
  return isJsonObject(value) ? value : null;
}

/** The field as a non-empty string, else null. */
export function textField(object: JsonObject, name: string): string | null {
  const value = object[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Names a JSON value by its kind, for messages that must not repeat the value itself. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (value === '') return 'an empty string';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Tells whether a JSON value is nested deeper than `maxDepth`; walks without recursion, so no depth can exhaust the stack. */
export function exceedsDepth(value: unknown, maxDepth: number): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    const inner: unknown[] = [];
    for (const node of level) {
      if (typeof node !== 'object' || node === null) continue;
      if (depth >= maxDepth) return true;
      for (const child of Object.values(node)) {
        if (typeof child === 'object' && child !== null) inner.push(child);
      }
    }
    level = inner;
  }
  return false;
}
