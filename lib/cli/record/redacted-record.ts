import { type RunRecord, runRecordSchema } from '../../evidence/run-record.ts';
import { contentHash } from '../../foundation/canonical-json.ts';
import type { SecretIndex } from '../../foundation/redaction.ts';

/**
 * What a target or a command line put into a record may be a token: none reaches a file, an XML or a decision. Texts are
 * redacted, names of fields are not; what the schema takes only as one of our own words stays as it is, so the record is never
 * lost to a secret that looks like one of them.
 */
export function withoutSecrets(record: RunRecord, secrets: SecretIndex): RunRecord {
  const text = JSON.stringify(record);
  if (secrets.redact(text) === text) return record;
  let value = redacted(record, secrets);
  for (;;) {
    const parsed = runRecordSchema.safeParse(value);
    if (parsed.success) return withPolicyHash(parsed.data);
    for (const { path } of parsed.error.issues) value = restored(value, record, path);
  }
}

function redacted(value: unknown, secrets: SecretIndex): unknown {
  if (typeof value === 'string') return secrets.redact(value);
  if (isList(value)) return value.map((part) => redacted(part, secrets));
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, redacted(part, secrets)]))
    : value;
}

/** A copy of `value` with what stands at `path` taken from `original`, which fits the schema there. */
function restored(value: unknown, original: unknown, path: readonly PropertyKey[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined || typeof key === 'symbol') return original;
  if (isList(value) && isList(original)) {
    return value.map((part, at): unknown => (at === Number(key) ? restored(part, original[at], rest) : part));
  }
  if (!isObject(value) || !isObject(original)) return original;
  return { ...value, [key]: restored(value[key], original[key], rest) };
}

/** The policy that was redacted is the one that is judged by: its hash is that of what is written. */
function withPolicyHash(record: RunRecord): RunRecord {
  const { policy } = record;
  return policy.resolved === null
    ? record
    : { ...record, policy: { ...policy, hash: contentHash(policy.resolved) } };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
