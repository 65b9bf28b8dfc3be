const JWT = /eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/;
/** How makers of keys mark theirs. */
const MARKED =
  /(?:\b|_)(?:sk|pk|rk)_(?:live|test)_\w{8,}|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bxox[abprs]-[\w-]{10,}|\bAKIA[A-Z0-9]{12,}|\bAIza[\w-]{20,}|\bGOCSPX-[\w-]{10,}|\bsk-[\w-]{20,}|-----BEGIN/;
const HEX_KEY = /(?<![\da-z])(?=[\da-f]*\d)(?=[\da-f]*[a-f])[\da-f]{32,}(?![\da-z])/i;
/** Runs of the alphabet of base64url that are long enough for a key. */
const RUN = /[\w-]{20,}/g;
/** In a generated key two of three neighbours differ in kind (capital, small letter, digit, other), in words few do. */
const MIN_CHANGES_PER_CHARACTER = 0.4;
const KINDS = [/[a-z]/, /[A-Z]/, /\d/] as const;

/** What a text that should be public looks like: a token, a key, or neither (null). A revision of 40 hex digits looks like a key. */
export function secretShape(text: string): 'token' | 'key' | null {
  if (JWT.test(text)) return 'token';
  if (MARKED.test(text) || HEX_KEY.test(text)) return 'key';
  return [...text.matchAll(RUN)].some(([run]) => isGenerated(run)) ? 'key' : null;
}

/** Mixed case and digits without order: names of hosts and claims are lower case, or words. */
function isGenerated(run: string): boolean {
  if (!KINDS.every((kind) => kind.test(run))) return false;
  const kinds = Array.from(run, (character) => KINDS.findIndex((kind) => kind.test(character)));
  const changes = kinds.filter((kind, at) => at > 0 && kind !== kinds[at - 1]).length;
  return changes >= run.length * MIN_CHANGES_PER_CHARACTER;
}
