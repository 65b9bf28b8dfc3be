import { expect, test } from 'vitest';
import { PlantedTree } from './planted-tree.ts';

test('prettier names the file that is badly formatted and no other', async () => {
  using tree = new PlantedTree({
    'lib/contract/tidy.ts': 'export const tidy = 1;\n',
    'lib/contract/untidy.ts': 'export const untidy   =  1\n',
  });

  const { code, output } = await tree.script('format:check', '--log-level=warn');

  expect(code).toBe(1);
  expect(output).toContain('lib/contract/untidy.ts');
  expect(output).not.toContain('lib/contract/tidy.ts');
});
