import { describe, expect, test } from 'vitest';
import { runRecordSchema } from '../../evidence/run-record.ts';
import { samplePolicy, sampleRecord } from '../../evidence/testing/sample-record.ts';
import { reportWords } from '../../evidence/report-words.ts';
import { SecretIndex } from '../../foundation/redaction.ts';
import { decide } from '../../gate/decide.ts';
import { withoutSecrets } from './redacted-record.ts';

const indexOf = (...values: readonly string[]): SecretIndex => {
  const index = new SecretIndex({ publicWords: reportWords(sampleRecord().checks) });
  for (const value of values) index.register(value, 'key');
  return index;
};

describe('a record without secrets', () => {
  test('is the same one where nothing is to be hidden', () => {
    const record = sampleRecord();

    expect(withoutSecrets(record, indexOf('Zq9Xw8Vt7Rs6Pn5Mk4'))).toBe(record);
  });

  test('shows no part of one, wherever the target put it', () => {
    const secret = 'Zq9Xw8Vt7Rs6Pn5Mk4';
    const record = sampleRecord({ warnings: [`the target said ${secret}`, secret.slice(3, 12)] });
    const clean = withoutSecrets(record, indexOf(secret));

    expect(clean.warnings).toEqual([
      expect.stringMatching(/^the target said \[redacted key sha256:[0-9a-f]{8}\]$/),
      expect.stringMatching(/^\[redacted key sha256:[0-9a-f]{8}\]$/),
    ]);
    expect(decide(clean).decision).toBe('GO');
  });

  test.each([
    'super-completed-agent_completed',
    'inconclusive-not-run',
    'preflight-evidence-2025',
    'conclusive-passed-blocked',
    'staging-e2e-test-bypass-key-2025',
    'AGENT-01-chat-turn-reaches',
  ])('is still a record, and judged as it was, for the key %s', (key) => {
    const clean = withoutSecrets(sampleRecord({ warnings: [`leaked ${key}`] }), indexOf(key));

    expect(runRecordSchema.safeParse(clean).success).toBe(true);
    expect(JSON.stringify(clean)).not.toContain(key);
    expect(decide(clean).decision).toBe('GO');
  });

  test('keeps our own words even of a secret that nothing tells from them', () => {
    const index = new SecretIndex();
    index.register('20260301T100000Z-local-0a1b2c', 'key');
    index.register('critical-passed-complete', 'key');
    const record = sampleRecord({ state: 'complete' });

    expect(() => withoutSecrets(record, index)).not.toThrow();
    expect(withoutSecrets(record, index)).toMatchObject({ schema: 1, state: 'complete' });
  });

  test('names the policy that is written, when a text of it had to go', () => {
    const secret = 'Zq9Xw8Vt7Rs6Pn5Mk4';
    const missing = {
      capability: 'tls',
      owner: 'backend',
      reason: `not there: ${secret}`,
      expires: '2999-12-31',
    };
    const policy = samplePolicy({ missingCapabilities: [missing] });
    const record = sampleRecord({ policy, capabilities: [missing] });
    const clean = withoutSecrets(record, indexOf(secret));

    expect(JSON.stringify(clean)).not.toContain(secret);
    expect(decide(record).decision).toBe('GO');
    expect(decide(clean).decision).toBe('GO');
  });
});
