import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Waiver } from '../../evidence/waiver.ts';
import { sampleWaiver } from '../../evidence/testing/sample-record.ts';
import { TemporaryFolder } from '../../foundation/testing/temporary-folder.ts';
import { readPlan } from './plan-file.ts';
import { readWaivers } from './waiver-file.ts';

const plan = readPlan(join(import.meta.dirname, '../../..'));
const minor = plan.checks.filter(({ severity }) => severity === 'minor').map(({ id }) => id);
const [first = '', second = ''] = minor;
const critical = plan.checks.find(({ severity }) => severity === 'critical')?.id ?? '';
const day = (fromNow: number): string =>
  new Date(Date.now() + fromNow * 86_400_000).toISOString().slice(0, 10);
const waiver = (fields: object = {}): object => ({
  ...sampleWaiver({ check: first, expires: day(7) }),
  ...fields,
});

function read(...waivers: readonly object[]): readonly Waiver[] {
  using folder = new TemporaryFolder();
  writeFileSync(folder.file('waivers.json'), JSON.stringify({ schema: 1, waivers }, null, 2));
  return readWaivers(folder.file('waivers.json'), plan);
}

describe('waiver file', () => {
  test('is refused when it is no regular file', () => {
    expect(() => readWaivers('/dev/zero', plan)).toThrow(
      /expected waivers in \/dev\/zero, got no regular file/,
    );
  });

  test('keeps one that holds and one that has expired', () => {
    expect(read(waiver(), waiver({ check: second, expires: day(-3) })).map(({ check }) => check)).toEqual([
      first,
      second,
    ]);
  });

  test.each([
    ['nothing', {}, 'waivers.0.check: expected a text, got nothing'],
    [
      'no check of the plan',
      waiver({ check: 'API-91' }),
      'expected a check of the plan, got API-91; the nearest is',
    ],
    ['a critical check', waiver({ check: critical }), 'a critical check cannot be waived'],
    ['a day too far', waiver({ expires: day(40) }), 'longer than 30 days'],
    ['no day', waiver({ expires: 'soon' }), 'waivers.0.expires: expected a day, as 2026-03-31, got "soon"'],
    ['no address', waiver({ issue: 'JIRA-1' }), 'waivers.0.issue: expected an http or https address'],
    ['no reason', waiver({ reason: 'wip' }), 'waivers.0.reason: expected at least 10 characters, got "wip"'],
    ['no owner', waiver({ owner: 'me' }), 'waivers.0.owner: expected one of "infrastructure"'],
  ])('is refused when one has %s', (_what, one, problem) => {
    expect(() => read(one)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(/line \d+, column \d+: /),
        next: expect.stringContaining('fixtures/policies/README.md'),
      }),
    );
    expect(() => read(one)).toThrow(problem);
  });

  test('has every problem told at once', () => {
    expect(() => read(waiver({ owner: 'me' }), waiver({ check: critical }), waiver())).toThrow(
      /waivers\.0\.owner: .+; .+waivers\.1: expected a waiver that can count.+; .+waivers\.2\.check: expected one waiver per check, got .+ again, as in waivers\.0/,
    );
  });
});
