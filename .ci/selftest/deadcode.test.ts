import { expect, test } from 'vitest';
import { PlantedTree } from './planted-tree.ts';

test('knip finds an unused file, export and dependency, and an import that nobody declared', async () => {
  using tree = new PlantedTree(
    {
      'lib/contract/planted-dead.ts': 'export const dead = 1;\n',
      'lib/contract/planted-half.ts': 'export const used = 1;\nexport const spare = 2;\n',
      'lib/contract/planted.test.ts': [
        "import { expect, test } from 'vitest';",
        "import 'acorn';",
        "import { used } from './planted-half.ts';",
        "test('holds', () => expect(used).toBe(1));\n",
      ].join('\n'),
    },
    'whole',
  );
  tree.plant(
    'package.json',
    tree.read('package.json').replace('"dependencies": {', '"dependencies": {"rolldown": "1.0.0",'),
  );

  const { code, output } = await tree.script('deadcode', '--reporter compact');

  expect(code).not.toBe(0);
  expect(section(output, 'Unused files')).toContain('lib/contract/planted-dead.ts');
  expect(section(output, 'Unused exports')).toContain('lib/contract/planted-half.ts: spare');
  expect(section(output, 'Unused dependencies')).toContain('rolldown');
  expect(section(output, 'Unlisted dependencies')).toContain('lib/contract/planted.test.ts: acorn');
});

/** The lines of a section of knip's report, from its title to the next one. */
function section(output: string, title: string): string {
  const [, after = ''] = output.split(new RegExp(`^${title} \\(\\d+\\)$`, 'm'));
  return after.split(/^[A-Z][a-zA-Z ]+ \(\d+\)$/m)[0] ?? '';
}
