import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { harnessModules } from './suite-run.ts';

const ROOT = join(import.meta.dirname, '../../..');

describe('the harness as one bundle', () => {
  test('has modules that export no name twice', () => {
    const modules = harnessModules(ROOT);
    const names = modules.flatMap((file) =>
      [
        ...readFileSync(join(ROOT, file), 'utf8').matchAll(
          /^export (?:async )?(?:const|class|function\*?) (\w+)/gm,
        ),
      ].map(([, name]) => name),
    );

    // A bundle of all leaves out a name that two of them export.
    expect(names.length).toBeGreaterThan(modules.length);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    // What the pattern above does not see would not be compared.
    expect(
      modules.filter((file) => /^export (?:\{|\*)/m.test(readFileSync(join(ROOT, file), 'utf8'))),
    ).toEqual([]);
  });
});
