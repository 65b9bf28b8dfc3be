import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { readableJson } from '../../foundation/canonical-json.ts';
import { readPlan, specFiles } from '../policy/plan-file.ts';
import { ProjectCopy, readDecision, readRecord } from '../testing/project-copy.ts';

const PROJECT = process.cwd();
const FILES = specFiles(PROJECT);
const BODY = '() => body(context)';
/** Every check of one file keeps its definition and loses its body, those declared by lib/harness too; the seed says which. */
const EMPTIED_BODY =
  '() => (planned.file === EMPTIED_FILES[runtime.context.seed - 1] ? Promise.resolve() : body(context))';

/** A project whose checks lose their bodies, one spec file in each run. */
class EmptiedProject implements Disposable {
  readonly #copy = new ProjectCopy(
    Object.fromEntries(
      [...FILES, 'suites/plan.json'].map((file) => [
        file.replace('suites/', ''),
        readFileSync(join(PROJECT, file), 'utf8'),
      ]),
    ),
  );

  constructor() {
    const file = 'lib/harness/check.ts';
    const text = readFileSync(join(PROJECT, file), 'utf8');
    if (text.split(BODY).length !== 2) throw new TypeError(`expected ${BODY} once in ${file}`);
    this.#copy.write(
      file,
      `${text.replace(BODY, EMPTIED_BODY)}\nconst EMPTIED_FILES = ${JSON.stringify(FILES)};\n`,
    );
  }

  /** Runs some checks with one file emptied, or none, and returns the folder of the run. */
  async run(file: string | null, checks: readonly string[]): Promise<string> {
    const policy: Readonly<Record<string, unknown>> = JSON.parse(
      readFileSync(join(PROJECT, 'fixtures/policies/default.json'), 'utf8'),
    );
    const seed = file === null ? FILES.length + 1 : FILES.indexOf(file) + 1;
    const out = `reports/${seed}`;
    const policyFile = `policy-${seed}.json`;
    // The lag of a machine that runs tests beside it is no question here.
    const observer = { maxEventLoopLagP99Ms: 1_000 };
    const asked = { ...policy, name: 'emptied', checks, thresholds: undefined, observer };
    this.#copy.write(policyFile, readableJson(asked));
    const words = ['run', '--policy', join(this.#copy.root, policyFile), '--seed', String(seed)];
    await this.#copy.stagegate([...words, '--out', join(this.#copy.root, out)]);
    return join(this.#copy.root, out, 'latest');
  }

  [Symbol.dispose](): void {
    this.#copy[Symbol.dispose]();
  }
}

describe('a suite whose bodies are empty', { concurrent: true, timeout: 60_000 }, () => {
  const plan = readPlan(PROJECT).checks;
  const blockers = plan.filter(({ severity }) => severity === 'blocker').map(({ id }) => id);
  let project: EmptiedProject;
  beforeAll(() => {
    project = new EmptiedProject();
  });
  afterAll(() => project[Symbol.dispose]());

  test('is GO while nothing is emptied', async ({ expect }) => {
    const folder = await project.run(null, blockers);

    expect(readDecision(folder).decision).toBe('GO');
  });

  test.for(FILES)('is no GO, and passes no check of %s', async (file, { expect }) => {
    const own = plan.filter((check) => check.file === file).map(({ id }) => id);
    const folder = await project.run(file, [...new Set([...blockers, ...own])]);
    const verdicts = readRecord(folder).checks.filter(({ id }) => own.includes(id));

    expect(own.length).toBeGreaterThan(0);
    expect(verdicts.filter(({ verdict }) => verdict === 'passed').map(({ id }) => id)).toEqual([]);
    expect(verdicts).toHaveLength(own.length);
    expect(readDecision(folder).decision).not.toBe('GO');
  });
});
