import { type RunRecord, runRecordSchema } from '../../evidence/run-record.ts';
import type { SecretIndex } from '../../foundation/redaction.ts';

/** What a target or a command line put into a record may be a token: none reaches a file, an XML or a decision. */
export function withoutSecrets(record: RunRecord, secrets: SecretIndex): RunRecord {
  const text = JSON.stringify(record);
  const clean = secrets.redact(text);
  return clean === text ? record : runRecordSchema.parse(JSON.parse(clean));
}
