import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { z } from 'zod';
import { readableJson } from '../../foundation/canonical-json.ts';
import { ProjectCopy, type ProgramResult } from '../testing/project-copy.ts';

const PROJECT = process.cwd();
const STORY = 'proxy-strips-header';
const scenarioSchema = z.looseObject({
  runs: z.array(z.looseObject({ expect: z.looseObject({ verdicts: z.record(z.string(), z.string()) }) })),
});
const sessionSchema = z.looseObject({
  kind: z.literal('scenarios'),
  score: z.looseObject({ credited: z.number(), declared: z.number() }),
  scenarios: z.array(
    z.looseObject({
      runs: z.array(z.looseObject({ problems: z.array(z.string()), run: z.string().nullable() })),
    }),
  ),
});

/** The project with one story, changed in one place. */
class StoryCopy extends ProjectCopy {
  constructor(expectation: Readonly<Record<string, unknown>>) {
    super({});
    for (const suite of readdirSync(join(PROJECT, 'suites'), { recursive: true, withFileTypes: true })) {
      if (!suite.isFile()) continue;
      const path = join(suite.parentPath, suite.name).slice(PROJECT.length + 1);
      this.write(path, readFileSync(join(PROJECT, path), 'utf8'));
    }
    const file = `fixtures/scenarios/${STORY}.json`;
    const story = scenarioSchema.parse(JSON.parse(readFileSync(join(PROJECT, file), 'utf8')));
    const runs = story.runs.map((run) => ({ ...run, expect: { ...run.expect, ...expectation } }));
    this.write(file, readableJson({ ...story, runs }));
  }

  async tell(): Promise<ProgramResult> {
    return this.stagegate(['prove', '--scenario', STORY, '--jobs', '1']);
  }

  session(): z.infer<typeof sessionSchema> & { readonly report: string } {
    const reports = join(this.root, 'reports');
    const folder = join(reports, readdirSync(reports).find((name) => name.includes('-scenarios-')) ?? 'none');
    return {
      ...sessionSchema.parse(JSON.parse(readFileSync(join(folder, 'prove.json'), 'utf8'))),
      report: readFileSync(join(folder, 'prove.md'), 'utf8'),
    };
  }
}

describe('prove --scenarios', { timeout: 120_000 }, () => {
  test('credits a story that comes out as told', async ({ expect }) => {
    using copy = new StoryCopy({});
    const { code, output } = await copy.tell();

    expect(code, output).toBe(0);
    expect(output).toContain('scenarios: 1 of 1 as told');
    expect(copy.session().score).toMatchObject({ credited: 1, declared: 1 });
    expect(copy.session().report).toContain(STORY);
  });

  test('is red about a story that expects another cause, another verdict and a text that is printed', async ({
    expect,
  }) => {
    using copy = new StoryCopy({
      cause: { top: 'AUTH_REJECTED', owner: 'auth' },
      verdicts: { 'HS-01': 'passed' },
      absent: [{ pattern: 'no-go', example: 'NO-GO' }],
    });
    const { code, output } = await copy.tell();
    const [run] = copy.session().scenarios[0]?.runs ?? [];
    const problems = run?.problems.join('\n');

    expect(code, output).toBe(1);
    expect(output).toContain('scenarios: 0 of 1 as told');
    expect(problems).toContain('expected the cause AUTH_REJECTED, got PROXY_STRIPS_AUTHORIZATION');
    expect(problems).toContain('expected HS-01 to be passed, got failed');
    expect(problems).toContain('expected nobody to be told /no-go/');
    // Its files are there to be looked at.
    expect(run?.run).toContain(STORY);
  });
});
