import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  AGENT_EVENT_TYPES,
  ClientMessageType,
  CRITICAL_EVENT_TYPES,
  SessionFrameType,
} from '../contract/event-type.ts';
import { RULES } from '../contract/rule.ts';
import { SecretIndex } from '../foundation/redaction.ts';
import { planSchema } from './plan.ts';
import { reportWords } from './report-words.ts';
import { resultLineSchema } from './result-line.ts';
import { runRecordSchema } from './run-record.ts';

const read = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8');
const plan = planSchema.parse(JSON.parse(read('../../suites/plan.json'))).checks;

/** Names of fields and literals of a JSON schema. */
function wordsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(wordsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]: [string, unknown]) => [
    ...(key === 'properties' && typeof part === 'object' && part !== null ? Object.keys(part) : []),
    ...(key === 'enum' || key === 'const' ? [part].flat().map(String) : []),
    ...wordsOf(part),
  ]);
}

describe('words of a report', () => {
  const index = new SecretIndex({ publicWords: reportWords(plan) });
  const isPublic = (word: string): boolean => index.distinctShare(word) === 0;
  const pieces = (words: readonly string[]): readonly string[] =>
    words.flatMap((word) => word.split(/[\s"'`(),;:/]+/)).filter(({ length }) => length >= 8);

  test('are those of which records, ledger lines and result lines are made', () => {
    const schemas = [runRecordSchema, resultLineSchema].map((schema) => z.toJSONSchema(schema));
    const source = read('evidence.ts');
    const fields = [...source.matchAll(/readonly (\w+)\??:/g)].map(([, name = '']) => name);
    const literals = [...source.matchAll(/'([a-z][\w.-]*)'/g)].map(([, word = '']) => word);
    const types = [
      ...AGENT_EVENT_TYPES,
      ...CRITICAL_EVENT_TYPES,
      ...Object.values(SessionFrameType),
      ...Object.values(ClientMessageType),
    ];

    expect(
      pieces([...schemas.flatMap(wordsOf), ...fields, ...literals, ...types]).filter(
        (word) => !isPublic(word),
      ),
    ).toEqual([]);
  });

  test('are those of the plan and of the rules too', () => {
    expect(
      pieces([...plan.map(({ title }) => title), ...Object.keys(RULES)]).filter((word) => !isPublic(word)),
    ).toEqual([]);
  });

  test.each([
    ['staging-e2e-test-bypass-key-2025', 0.4],
    ['netra-platform-staging-evidence-2025', 0.4],
    ['Zq9Xw8Vt7Rs6Pn5Mk4', 1],
  ])('leave enough of the key %s to find it by', (key, share) => {
    expect(index.distinctShare(key)).toBeGreaterThanOrEqual(share);
    index.register(key, 'key');
    expect(index.find(`{"evidence":"${key}"}`)).toHaveLength(1);
  });

  test.each(['connection_established', 'agent_completed1', 'handshake_acknowledged', 'short'])(
    'are all there is of %s',
    (key) => {
      expect(index.distinctShare(key)).toBeLessThan(0.25);
    },
  );
});
