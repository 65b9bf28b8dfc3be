const JWT = /eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/;
/** How makers of keys mark theirs. */
const MARKED =
  /(?:\b|_)(?:sk|pk|rk)_(?:live|test)_\w{8,}|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bxox[abprs]-[\w-]{10,}|\bAKIA[A-Z0-9]{12,}|\bAIza[\w-]{20,}|\bGOCSPX-[\w-]{10,}|\bsk-[\w-]{20,}|-----BEGIN/;
const HEX_KEY = /(?<![\da-z])(?=[\da-f]*\d)(?=[\da-f]*[a-f])[\da-f]{32,}(?![\da-z])/i;
const UUID = /(?<![\da-f])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![\da-f])/i;
/** Letters and digits without a break, where names of ours have hyphens; a label of a host and the name of a file are excused. */
const UNBROKEN = /(?<![\w.-])[\da-z]{20,}(?![\w-]*\.)/i;
/** The part of an address whose names are given by others. */
const AUTHORITY = /^[a-z]+:\/\/[^/]*/i;
/** Runs of the alphabets of base64url and base64 that are long enough for a key. */
const RUNS = [/[\w-]{20,}/g, /[\w+/=]{20,}/g] as const;
/** In a generated key two of three neighbours differ in kind (capital, small letter, digit, other), in words few do. */
const MIN_CHANGES_PER_CHARACTER = 0.4;
const KINDS = [/[a-z]/, /[A-Z]/, /\d/] as const;
/** A commit (git writes 40 hex digits, or 64 with SHA-256, or fewer), an image digest, or a moment, as names of builds contain them. */
const REVISION_PART = /^(?:[\da-f]{1,40}|[\da-f]{64}|\d{8,}T?\d*Z?)$/i;
/** A digest as image registries write it says what it is. */
const NAMED_DIGEST = /\bsha(?:256:[\da-f]{64}|512:[\da-f]{128})(?![\da-z])/i;

/** What a text that should be public looks like: a token, a key, or neither (null). A revision of 40 hex digits looks like a key. */
export function secretShape(text: string): 'token' | 'key' | null {
  if (JWT.test(text)) return 'token';
  if (MARKED.test(text) || HEX_KEY.test(text) || UUID.test(text)) return 'key';
  if (UNBROKEN.test(text.replace(AUTHORITY, ''))) return 'key';
  return RUNS.flatMap((run) => text.match(run) ?? []).some(isGenerated) ? 'key' : null;
}

/**
 * As secretShape, for the name of a revision: commits, image digests, ids of builds (UUID) and moments are no keys, alone or in the
 * name of a build.
 */
export function revisionShape(text: string): 'token' | 'key' | null {
  if (JWT.test(text)) return 'token';
  if (MARKED.test(text)) return 'key';
  const parts = text
    .replace(NAMED_DIGEST, '')
    .replace(UUID, '')
    .split(/[._+:/@-]/)
    .filter((part) => !REVISION_PART.test(part));
  // A key behind the name of a build is no label of a host.
  const isKey = parts.some((part) => SEVERAL_DIGITS.test(part) && secretShape(part) !== null);
  return isKey ? 'key' : secretShape(parts.join('-'));
}

/** True for a revision that a key could look like just so: 64 hex digits or a UUID, and no word that says what it is. */
export function isAmbiguousRevision(text: string): boolean {
  return /^(?:[\da-f]{64}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i.test(text);
}

/** Words that were written together have fewer. */
const SEVERAL_DIGITS = /\d\D*\d\D*\d/;

/** Mixed case and digits without order: names of hosts and claims are lower case, or words. */
function isGenerated(run: string): boolean {
  if (!KINDS.every((kind) => kind.test(run))) return false;
  const kinds = Array.from(run, (character) => KINDS.findIndex((kind) => kind.test(character)));
  const changes = kinds.filter((kind, at) => at > 0 && kind !== kinds[at - 1]).length;
  return changes >= run.length * MIN_CHANGES_PER_CHARACTER;
}
