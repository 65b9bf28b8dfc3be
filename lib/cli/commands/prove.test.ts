import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { z } from 'zod';
import { readableJson } from '../../foundation/canonical-json.ts';
import { readPlan } from '../policy/plan-file.ts';
import { type ProgramResult, ProjectCopy, runStagegate } from '../testing/project-copy.ts';

const PROJECT = process.cwd();
const FILES = ['preflight/ladder.spec.ts', 'agent-events/golden-turn.spec.ts', 'core/first-suite.spec.ts'];

const sessionSchema = z.looseObject({
  baseline: z.looseObject({ decision: z.string() }),
  score: z.looseObject({ credited: z.number(), declared: z.number() }),
  problems: z.array(z.string()),
  results: z.array(
    z.looseObject({
      fault: z.string(),
      firings: z.number().nullable(),
      credited: z.boolean(),
      problems: z.array(z.string()),
      run: z.string().nullable(),
    }),
  ),
});

/** The project with three of its spec files and a matrix of its own. */
class ProofCopy extends ProjectCopy {
  constructor(entries: string) {
    super(
      Object.fromEntries(FILES.map((file) => [file, readFileSync(join(PROJECT, 'suites', file), 'utf8')])),
    );
    const checks = readPlan(PROJECT).checks.filter(({ file }) => FILES.includes(file.replace('suites/', '')));
    this.write('suites/plan.json', readableJson({ schema: 1, checks }));
    this.write(
      'fixtures/fault-matrix.ts',
      `import { red, tolerated } from './fault-matrix/fault-expectation.ts';\nexport const FAULT_MATRIX = [${entries}];\n`,
    );
  }

  /** The policy of the proofs: the lag of a machine that runs tests beside it is no question here. */
  writePolicy(fields: Readonly<Record<string, unknown>>): void {
    const file = 'fixtures/policies/default.json';
    const policy: Readonly<Record<string, unknown>> = JSON.parse(readFileSync(join(PROJECT, file), 'utf8'));
    const observer = { maxEventLoopLagP99Ms: 1_000 };
    this.write(file, readableJson({ ...policy, thresholds: undefined, observer, ...fields }));
  }

  async prove(words: readonly string[]): Promise<ProgramResult> {
    return this.stagegate(['prove', '--jobs', '1', ...words]);
  }

  session(): z.infer<typeof sessionSchema> & { readonly folder: string } {
    const reports = join(this.root, 'reports');
    const folder = join(reports, readdirSync(reports).find((name) => name.includes('-prove-')) ?? 'none');
    return {
      ...sessionSchema.parse(JSON.parse(readFileSync(join(folder, 'prove.json'), 'utf8'))),
      folder,
    };
  }
}

describe('prove', { concurrent: true, timeout: 60_000 }, () => {
  test.for([
    [['--scenario', 'no-such-story'], 'expected a scenario of fixtures/scenarios'],
    [['--scenarios', '--fault', 'down'], '--scenarios or'],
    [['--fault', 'no-such-fault'], 'no-such-fault'],
    [['--check', 'NONE-99'], 'NONE-99'],
    [['--smallest', '--fault', 'down'], '--smallest or --fault'],
    [['--healthy', '2', '--smallest'], '--healthy or'],
    [['--healthy', '0'], '--healthy'],
  ] as const)('refuses %j', async ([words, told], { expect }) => {
    const { code, output } = await runStagegate(undefined, ['prove', ...words]);

    expect(code, output).toBe(64);
    expect(output).toContain(told);
  });

  test('credits what came true, and neither a lie nor a fault that did not fire', async ({ expect }) => {
    using copy = new ProofCopy(`
      red('agent-error', 'PRE-13', 'EVT-AGENT-FAILED'),
      red('duplicate-started', 'AGENT-01', 'ORD-REQUIRED-MISSING'),
      tolerated('loses-message-on-reconnect', 'nobody reconnects here'),
    `);
    copy.writePolicy({});
    const { code, output } = await copy.prove([]);
    const session = copy.session();
    const byFault = new Map(session.results.map((result) => [result.fault, result]));

    expect(code, output).toBe(1);
    expect(output).toContain('gate mutation score: 1/3');
    expect(session.baseline.decision).toBe('GO');
    expect(byFault.get('agent-error')?.credited).toBe(true);
    expect(byFault.get('agent-error')?.firings).toBeGreaterThan(0);
    expect(byFault.get('duplicate-started')?.problems.join()).toContain('expected AGENT-01 to fail');
    expect(byFault.get('loses-message-on-reconnect')?.problems.join()).toContain('no-op');
    expect(session.problems).toContain('no fault turns CORE-02 red');
    expect(session.problems).toContain('no entry names the fault down');
    expect(readFileSync(join(session.folder, 'prove.md'), 'utf8')).toContain('gate mutation score: 1/3');
    // The files of a run that was not credited are there to be looked at, the others are not.
    expect(existsSync(join(session.folder, byFault.get('duplicate-started')?.run ?? 'none'))).toBe(true);
    expect(existsSync(join(session.folder, 'runs/agent-error'))).toBe(false);
  });

  test('credits nothing when the healthy baseline is not GO', async ({ expect }) => {
    using copy = new ProofCopy("red('agent-error', 'PRE-13', 'EVT-AGENT-FAILED')");
    const missing = {
      capability: 'mcp-api',
      owner: 'backend',
      reason: 'not built yet',
      expires: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10),
    };
    copy.writePolicy({ missingCapabilities: [missing] });
    const { code, output } = await copy.prove([]);

    expect(code, output).toBe(3);
    expect(output).toContain('the healthy baseline is not green');
    expect(copy.session().score.credited).toBe(0);
  });
});
