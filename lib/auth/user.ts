import { createHash } from 'node:crypto';
import { DEFAULT_PERMISSIONS } from '../contract/claims.ts';

/** An identity that tokens are minted for or exchanged as; its subject is scoped to one run. */
export interface User {
  readonly name: string;
  readonly subject: string;
  readonly email: string;
  readonly permissions: readonly string[];
}

interface UserOptions {
  readonly runId: string;
  readonly permissions?: readonly string[];
}

// Backends treat subjects with such words as placeholders, or as a reason to relax their checks (wire-contract.md §2.6, §8.1).
const SUSPICIOUS_WORD =
  /test|mock|demo|e2e|placeholder|unknown|registry|relaxed|emergency|null|undefined|none/;
// The domain of the original's users; the exchange derives its user id from the local part (wire-contract.md §1.11).
const EMAIL_DOMAIN = 'staging.netrasystems.ai';
const SHORT_RUN_ID_LENGTH = 10;

/**
 * Returns the user of a name (lower-case letters, digits, hyphens) with the run-scoped subject `sg-<run>-<name>`.
 * @throws {TypeError} for a name that a backend could take for a placeholder.
 */
export function createUser(name: string, options: UserOptions): User {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name) || SUSPICIOUS_WORD.test(name)) {
    throw new TypeError(
      `expected a user name of lower-case letters, digits and hyphens without a placeholder word, got '${name}'`,
    );
  }
  const subject = `sg-${shortRunId(options.runId)}-${name}`;
  return Object.freeze({
    name,
    subject,
    email: `${subject}@${EMAIL_DOMAIN}`,
    permissions: Object.freeze([...(options.permissions ?? DEFAULT_PERMISSIONS)]),
  });
}

/**
 * Returns `count` users named `<prefix>1`, `<prefix>2`, … (prefix default `u`) with distinct subjects and emails.
 * @throws {TypeError} when two subjects are equal, or a name looks like a placeholder.
 */
export function users(count: number, options: UserOptions & { readonly prefix?: string }): readonly User[] {
  const list = Array.from({ length: count }, (_, i) =>
    createUser(`${options.prefix ?? 'u'}${i + 1}`, options),
  );
  assertDistinctSubjects(list.map((user) => user.subject));
  return list;
}

/** @throws {TypeError} naming the first subject that occurs twice: isolation cannot be judged with one identity. */
export function assertDistinctSubjects(subjects: readonly string[]): void {
  const seen = new Set<string>();
  for (const subject of subjects) {
    if (seen.has(subject)) throw new TypeError(`expected distinct subjects, got '${subject}' twice`);
    seen.add(subject);
  }
}

/** The end of the run id where a reader can recognise it; digits of its hash where it spells a suspicious word. */
function shortRunId(runId: string): string {
  const readable = runId
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(-SHORT_RUN_ID_LENGTH);
  if (readable.length === SHORT_RUN_ID_LENGTH && !SUSPICIOUS_WORD.test(readable)) return readable;
  const digest = createHash('sha256').update(runId, 'utf8').digest();
  return (digest.readBigUInt64BE() % 10n ** BigInt(SHORT_RUN_ID_LENGTH))
    .toString()
    .padStart(SHORT_RUN_ID_LENGTH, '0');
}
