import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { PlantedTree, type ToolRun } from './planted-tree.ts';

/** Rule, file, what it imports: one forbidden import for each rule of .dependency-cruiser.cjs. */
const DEFECTS = [
  ['layer-foundation', 'lib/foundation/planted.ts', '../contract/close-code.ts'],
  ['layer-contract', 'lib/contract/planted.ts', '../evidence/ledger.ts'],
  ['layer-evidence', 'lib/evidence/planted.ts', '../config/host.ts'],
  ['layer-config', 'lib/config/planted.ts', '../auth/token.ts'],
  ['layer-auth', 'lib/auth/planted.ts', '../http/http-client.ts'],
  ['layer-http', 'lib/http/planted.ts', '../ws/connection.ts'],
  ['layer-ws', 'lib/ws/planted.ts', '../auth/token.ts'],
  ['layer-probes', 'lib/probes/planted.ts', '../gate/decide.ts'],
  ['layer-diagnosis', 'lib/diagnosis/planted.ts', '../config/host.ts'],
  ['layer-gate', 'lib/gate/planted.ts', '../http/http-client.ts'],
  ['layer-proof', 'lib/proof/planted.ts', '../diagnosis/diagnose.ts'],
  ['layer-reporting', 'lib/reporting/planted.ts', '../ws/connection.ts'],
  ['layer-harness', 'lib/harness/planted.ts', '../gate/decide.ts'],
  ['layer-cli', 'lib/cli/planted.ts', '../harness/check.ts'],
  ['cli-launch', 'lib/cli/launch/planted.ts', '../record/run-folder.ts'],
  ['cli-policy', 'lib/cli/policy/planted.ts', '../run/selection.ts'],
  ['cli-target', 'lib/cli/target/planted.ts', '../run/selection.ts'],
  ['cli-record', 'lib/cli/record/planted.ts', '../target/target.ts'],
  ['cli-run', 'lib/cli/run/planted.ts', '../commands/run.ts'],
  ['cli-proof', 'lib/cli/proof/planted.ts', '../commands/prove.ts'],
  ['cli-docs', 'lib/cli/docs/planted.ts', '../proof/proof-run.ts'],
  ['cli-folder-is-known', 'lib/cli/unknown/planted.ts', '../policy/plan-file.ts'],
  ['layer-is-known', 'lib/unknown/planted.ts', '../foundation/errors.ts'],
  ['websocket-has-one-client', 'lib/probes/planted-websocket.ts', 'ws'],
  ['http-has-one-client', 'lib/probes/planted-http.ts', 'undici'],
  ['tokens-have-one-mint', 'lib/http/planted-mint.ts', 'jose'],
  ['env-in-one-place', 'lib/config/planted-environment.ts', 'dotenv'],
  ['colour-is-output', 'lib/ws/planted-colour.ts', 'chalk'],
  ['page-libraries-run-in-a-browser', 'lib/reporting/planted-page.ts', 'uplot'],
  ['page-knows-its-data-only', 'lib/reporting/page/planted.tsx', '../ledger-line.ts'],
  ['page-is-reached-by-path', 'lib/reporting/planted-reach.ts', './page/wire.ts'],
  ['compiler-has-one-caller', 'lib/cli/planted-compiler.ts', 'esbuild'],
  ['no-test-in-prod', 'lib/auth/planted-test.ts', 'vitest'],
  ['pure-layers', 'lib/gate/planted-file.ts', 'node:fs'],
  ['pure-layers', 'lib/contract/planted-socket.ts', 'node:net'],
  ['reporting-writes-in-one-place', 'lib/reporting/planted-file.ts', 'node:fs/promises'],
  ['lib-knows-no-suite', 'lib/harness/planted-suite.ts', '../../suites/preflight/ladder.spec.ts'],
  ['tests-know-no-suite', 'lib/harness/planted.test.ts', '../../suites/preflight/ladder.spec.ts'],
  ['suites-use-harness', 'suites/auth/planted.spec.ts', '../../lib/contract/close-code.ts'],
  ['backend-is-independent', 'fixtures/reference-backend/planted.ts', '../../lib/contract/event.ts'],
  ['backend-is-reached-by-path', 'bench/planted.ts', '../fixtures/reference-backend/clock.ts'],
  ['fixtures-are-data', 'fixtures/planted.ts', '../lib/http/http-client.ts'],
  ['tests-are-not-imported', 'lib/http/planted-import.ts', './cookie-jar.test.ts'],
  ['no-dev-dependency', 'lib/http/planted-tool.ts', 'prettier'],
  ['no-unresolvable', 'lib/http/planted-missing.ts', './missing.ts'],
] as const;

const rulesSchema = z.object({ forbidden: z.array(z.object({ name: z.string() })) });

describe('the layers', () => {
  const tree = new PlantedTree({}, 'whole');
  let run: ToolRun;

  beforeAll(async () => {
    for (const [, path, imported] of DEFECTS)
      tree.plant(path, `import '${imported}';\nexport const planted = 1;\n`);
    tree.plant('lib/http/orphan.ts', 'export const planted = 1;\n');
    tree.plant(
      'lib/http/circle-a.ts',
      "import { b } from './circle-b.ts';\nexport const a = (): unknown => b;\n",
    );
    tree.plant(
      'lib/http/circle-b.ts',
      "import { a } from './circle-a.ts';\nexport const b = (): unknown => a;\n",
    );
    run = await tree.script('layers');
  });
  afterAll(() => tree[Symbol.dispose]());

  test.each(DEFECTS)('%s finds %s', (rule, path) => {
    expect(findings(run)).toContain(`${rule} ${path}`);
  });

  test('a circle and an orphan are found', () => {
    expect(findings(run)).toContain('no-circular lib/http/circle-a.ts');
    expect(findings(run)).toContain('no-orphan lib/http/orphan.ts');
  });

  test('every rule has a planted import', () => {
    const require = createRequire(import.meta.url);
    const { forbidden } = rulesSchema.parse(require('../../.dependency-cruiser.cjs'));

    const planted = new Set<string>([...DEFECTS.map(([rule]) => rule), 'no-circular', 'no-orphan']);
    expect(forbidden.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual([]);
  });

  test('fails, and finds nothing else in the planted files', () => {
    const planted = findings(run).filter((finding) => /planted|circle|orphan/.test(finding));

    expect(run.code).toBe(1);
    expect(planted).toEqual(
      [
        ...DEFECTS.map(([rule, path]) => `${rule} ${path}`),
        'no-circular lib/http/circle-a.ts',
        'no-circular lib/http/circle-b.ts',
        'no-orphan lib/http/orphan.ts',
      ].sort(),
    );
  });
});

test('a cruise that sees next to nothing is an error', async () => {
  using tree = new PlantedTree({
    'lib/http/one.ts': "import './two.ts';\n",
    'lib/http/two.ts': 'export const two = 2;\n',
    'suites/one.ts': '',
    'fixtures/one.ts': '',
    'bench/one.ts': '',
  });

  const { code, output } = await tree.script('layers');

  expect(code).toBe(1);
  expect(output).toContain('expected at least 150 modules of ours');
});

/** `rule file` of each finding. */
function findings({ output }: ToolRun): readonly string[] {
  const lines = [...output.matchAll(/^\s*error ([\w-]+): (\S+)/gm)];
  return [...new Set(lines.map(([, rule = '', path = '']) => `${rule} ${path}`))].sort();
}
