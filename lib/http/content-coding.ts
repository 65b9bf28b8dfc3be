import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

/** What we ask for, as a request without the field allows every coding (RFC 9110 §12.5.3). */
export const ACCEPTED_CODING = 'identity';

/** A body without its content codings, or the coding that it could not be freed of. */
export type DecodedBody =
  | { readonly kind: 'decoded'; readonly body: Buffer }
  | { readonly kind: 'undecodable'; readonly coding: string };

/**
 * Takes the content codings of an answer off its body (RFC 9110 §8.4); a target may send them although none was asked
 * for, and what it says is judged all the same.
 * @param maxBytes of the decoded body; a larger one is undecodable
 */
export function decodeBody(
  body: Buffer,
  contentEncoding: string | readonly string[] | undefined,
  maxBytes: number,
): DecodedBody {
  const codings = String(contentEncoding ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  let decoded = body;
  // The last coding was applied last.
  for (const coding of body.length === 0 ? [] : codings.toReversed()) {
    const decode = DECODERS.get(coding);
    if (decode === undefined) return { kind: 'undecodable', coding };
    try {
      decoded = decode(decoded, { maxOutputLength: maxBytes });
    } catch {
      // Other bytes than the header says, a body that was cut, or one that inflates beyond the limit.
      return { kind: 'undecodable', coding };
    }
  }
  return { kind: 'decoded', body: decoded };
}

const DECODERS: ReadonlyMap<string, typeof gunzipSync> = new Map([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflateSync],
  ['br', brotliDecompressSync],
]);
