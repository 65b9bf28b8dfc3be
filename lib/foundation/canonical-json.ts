import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** Serialises a value as RFC 8785 canonical JSON: the same value always gives the same bytes. @throws {TypeError} for a value JSON cannot hold. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('expected a JSON value, got undefined');
  return text;
}

/** Returns the SHA-256 of the canonical JSON of a value, as lower-case hex. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');
}

/** Serialises a value with sorted keys and two-space indentation, for files that people read. */
export function readableJson(value: unknown): string {
  return `${JSON.stringify(sorted(value), null, 2)}\n`;
}

/** A copy with the keys of every object in code unit order, as RFC 8785 sorts them. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}
