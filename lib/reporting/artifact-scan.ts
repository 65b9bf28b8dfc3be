import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../foundation/atomic-file.ts';
import type { SecretIndex } from '../foundation/redaction.ts';
import type { RunRecord } from '../evidence/run-record.ts';

/**
 * Searches every file of a run for secrets, raw and encoded (design.md §13.12). A file that holds one
 * is replaced by a notice at once: the finding names the secret by label and fingerprint only.
 * @param ours texts that we ship ourselves: part of a file by right, whatever words of a secret they resemble
 */
export function scanArtifacts(
  folder: string,
  secrets: SecretIndex,
  ours: readonly string[] = [],
): RunRecord['artifactScan'] {
  const files = filesBelow(folder);
  const findings: RunRecord['artifactScan']['findings'] = [];
  for (const file of files) {
    const path = join(folder, file);
    const counts = new Map<string, number>();
    const text = ours.reduce((left, own) => left.replaceAll(own, ''), readFileSync(path, 'utf8'));
    for (const { secret } of secrets.find(text)) {
      counts.set(secret, (counts.get(secret) ?? 0) + 1);
    }
    if (counts.size === 0) continue;
    for (const [secret, count] of counts) findings.push({ file, secret, count });
    writeFileAtomic(path, 'Removed: the artifact scan found a secret in this file.\n');
  }
  return { state: findings.length === 0 ? 'clean' : 'leak', files: [...files], findings };
}

function filesBelow(folder: string, prefix = ''): readonly string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(folder, name) : entry.isFile() ? [name] : [];
    });
}
