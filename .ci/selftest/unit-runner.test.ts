import { describe, expect, test } from 'vitest';
import { PlantedTree } from './planted-tree.ts';

const SOUND =
  "import { expect, test } from 'vitest';\ntest('holds', () => {\n  expect([]).toHaveLength(0);\n});\n";
const IMPORTS = "import { expect, test } from 'vitest';\n";

describe('vitest', () => {
  test('passes a sound test', async () => {
    using tree = new PlantedTree({ 'lib/contract/sound.test.ts': SOUND });

    expect(await tree.script('test:unit')).toMatchObject({
      code: 0,
      output: expect.stringContaining('1 passed'),
    });
  });

  test('fails without a single test', async () => {
    using tree = new PlantedTree({});

    const { code, output } = await tree.script('test:unit');

    expect(code).toBe(1);
    expect(output).toContain('No test files found');
  });

  test.each([
    ['a focused test', `${IMPORTS}test.only('holds', () => {\n  expect([]).toHaveLength(0);\n});\n`, '.only'],
    [
      'a test without assertions',
      `${IMPORTS}test('holds', () => {\n  void expect;\n});\n`,
      'expected any number of assertion',
    ],
    ['an error that nobody handles', `${SOUND}void Promise.reject(new Error('nobody'));\n`, 'Unhandled'],
    [
      'a hook that fails',
      `import { beforeAll } from 'vitest';\n${SOUND}beforeAll(() => {\n  throw new Error('hook');\n});\n`,
      'hook',
    ],
  ])('fails on %s beside a sound one', async (_name, text, said) => {
    using tree = new PlantedTree({
      'lib/contract/sound.test.ts': SOUND,
      'lib/contract/defect.test.ts': text,
    });

    const { code, output } = await tree.script('test:unit');

    expect(code).toBe(1);
    expect(output).toContain(said);
  });
});
