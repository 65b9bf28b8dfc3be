import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PlantedTree, type ToolRun } from './planted-tree.ts';

const ASYNC = 'const work = async (): Promise<number> => 1;\n';
const CHECK = "import { check } from '../../lib/harness/check.ts';\n";
const VITEST = "import { expect, test } from 'vitest';\n";

/** File, text, the one rule that must find it. */
const DEFECTS = [
  ['lib/http/floating.ts', `${ASYNC}export function start(): void {\n  work();\n}`, 'no-floating-promises'],
  ['lib/http/misused.ts', `${ASYNC}export const list = [1].filter(work);`, 'no-misused-promises'],
  ['lib/http/awaited.ts', 'const one = (): number => 1;\nexport const same = await one();', 'await-thenable'],
  ['lib/http/thrown.ts', "export function fail(): never {\n  throw 'text';\n}", 'only-throw-error'],
  [
    'lib/http/cases.ts',
    "export function name(kind: 'a' | 'b'): void {\n  switch (kind) {\n    case 'a':\n  }\n}",
    'switch-exhaustiveness-check',
  ],
  ['lib/http/unsafe.ts', "export const text: string = JSON.parse('1');", 'no-unsafe-assignment'],
  [
    'lib/gate/word.ts',
    "export const isGood = (verdict: 'passed' | 'failed'): boolean => (verdict ? true : false);",
    'strict-boolean-expressions',
  ],
  ['lib/http/any.ts', 'export function take(value: any): void {\n  void value;\n}', 'no-explicit-any'],
  [
    'lib/http/asserted.ts',
    'export const first = (list: string[]): string => list[0]!;',
    'no-non-null-assertion',
  ],
  [
    'lib/http/imported.ts',
    "import { Socket } from 'node:net';\nexport const isOpen = (socket: Socket): boolean => !socket.destroyed;",
    'consistent-type-imports',
  ],
  ['lib/http/default.ts', 'export default 1;', 'no-default-export'],
  ['lib/http/console.ts', "export const say = (): void => console.log('x');", 'no-console'],
  ['lib/http/barrel.ts', "export * from './cookie.ts';", 'no-barrel-file'],
  ['lib/http/env.ts', "export const key = process.env['KEY'];", 'no-restricted-properties'],
  ['lib/http/exit.ts', 'export const stop = (): never => process.exit(1);', 'no-restricted-properties'],
  ['lib/http/now.ts', 'export const now = (): number => Date.now();', 'no-restricted-properties'],
  ['lib/http/chance.ts', 'export const chance = (): number => Math.random();', 'no-restricted-properties'],
  [
    'lib/http/process.ts',
    "import { env } from 'node:process';\nexport const key = env['KEY'];",
    'no-restricted-imports',
  ],
  ['lib/cli/exit.ts', 'export const stop = (): never => process.exit(1);', 'no-restricted-properties'],
  [
    'lib/http/focused.test.ts',
    `${VITEST}test.only('holds', () => {\n  expect([]).toHaveLength(0);\n});`,
    'no-focused-tests',
  ],
  [
    'lib/http/skipped.test.ts',
    `${VITEST}test.skip('holds', () => {\n  expect([]).toHaveLength(0);\n});`,
    'no-disabled-tests',
  ],
  ['lib/http/silent.test.ts', "import { test } from 'vitest';\ntest('holds', () => {});", 'expect-expect'],
  [
    'lib/http/vacuous.test.ts',
    `${VITEST}test('holds', () => {\n  expect(true).toBe(true);\n});`,
    'no-vacuous-expect',
  ],
  [
    'lib/http/floorless.test.ts',
    `${VITEST}test('holds', () => {\n  expect([].length).toBeGreaterThanOrEqual(0);\n});`,
    'no-vacuous-expect',
  ],
  ['suites/auth/transport.spec.ts', "import 'ws';", 'no-restricted-imports'],
  ['suites/auth/runner.spec.ts', "import 'vitest';", 'no-restricted-imports'],
  ['suites/auth/client.spec.ts', "import '../../lib/http/cookie.ts';", 'no-restricted-imports'],
  ['suites/auth/caught.spec.ts', `${CHECK}try {\n  check();\n} catch {\n  check();\n}`, 'no-try'],
  [
    'suites/auth/patient.spec.ts',
    `${CHECK}check();\nexport const alive = async (t: Check): Promise<void> => t.connection.ping(t.signal);\ninterface Check {\n  readonly signal: AbortSignal;\n  readonly connection: { readonly ping: (signal: AbortSignal) => Promise<void> };\n}`,
    'no-bare-wait',
  ],
  [
    'lib/harness/patient.ts',
    "export const first = async (t: Check): Promise<void> => t.connection.next('an event', t.signal);\ninterface Check {\n  readonly signal: AbortSignal;\n  readonly connection: { readonly next: (what: string, signal: AbortSignal) => Promise<void> };\n}",
    'no-bare-wait',
  ],
  ['suites/auth/asleep.spec.ts', `${CHECK}setTimeout(check, 500);`, 'no-restricted-globals'],
  ['suites/auth/aware.spec.ts', `${CHECK}if (process.argv.length > 2) check();`, 'no-restricted-globals'],
  [
    'suites/auth/direct.spec.ts',
    `${CHECK}void fetch('http://127.0.0.1/').then(check);`,
    'no-restricted-globals',
  ],
] as const;

/** What the same rules must leave alone: a rule that forbids everything proves nothing. */
const SOUND = {
  'lib/harness/check.ts': 'export function check(): void {}\n',
  'lib/http/cookie.ts': 'export const cookie = 1;\n',
  'lib/config/process-environment.ts': "export const key = (): string | undefined => process.env['KEY'];\n",
  'lib/foundation/clock.ts': 'export const now = (): number => Date.now();\n',
  'lib/cli/output.ts': "export const say = (): boolean => process.stdout.write('x');\n",
  'fixtures/reference-backend/main.ts': "if (process.env['KEY'] === undefined) process.exit(64);\n",
  'lib/http/sound.test.ts': `${VITEST}test('holds', () => {\n  expect([]).toHaveLength(0);\n});\n`,
  'suites/auth/sound.spec.ts': `${CHECK}check();\n`,
};

describe('oxlint', () => {
  const tree = new PlantedTree(SOUND);
  let run: ToolRun;

  beforeAll(async () => {
    for (const [path, text] of DEFECTS) tree.plant(path, `${text}\n`);
    run = await tree.script('lint', '--format=unix');
  });
  afterAll(() => tree[Symbol.dispose]());

  test.each(DEFECTS.map(([path, , rule]) => [rule, path] as const))(
    'finds by %s what %s does',
    (rule, path) => {
      expect(findings(run)).toContain(`${path} ${rule}`);
    },
  );

  test('fails, and finds nothing else', () => {
    expect(run.code).not.toBe(0);
    expect(findings(run)).toEqual(DEFECTS.map(([path, , rule]) => `${path} ${rule}`).sort());
  });
});

/** `path rule` of each finding of the unix format, each once. */
function findings({ output }: ToolRun): readonly string[] {
  const lines = [...output.matchAll(/^(\S+?):\d+:\d+: .*\[Error\/[\w-]+\(([\w-]+)\)\]$/gm)];
  return [...new Set(lines.map(([, path = '', rule = '']) => `${path} ${rule}`))].sort();
}
