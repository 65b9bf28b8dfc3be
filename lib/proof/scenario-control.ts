import { OWNERS, VERDICTS } from '../evidence/verdict.ts';
import { DECISIONS } from '../gate/decision.ts';
import type { ScenarioOutcome } from './scenario.ts';
import { judgeScenario, READ_BY_PEOPLE, type ScenarioExecution } from './scenario-judgement.ts';

/** An expectation that is wrong in one place. */
interface WrongOutcome {
  readonly wrong: string;
  readonly expect: ScenarioOutcome;
}

/**
 * The negative controls of a scenario that came true: each thing that it expects, turned into what did not happen, must be
 * noticed. Returns what was not noticed: an expectation that cannot fail is none.
 */
export function unnoticed(
  run: { readonly faults: readonly string[]; readonly expect: ScenarioOutcome },
  execution: ScenarioExecution,
): readonly string[] {
  const missed = wrongOutcomes(run.expect, execution)
    .filter(({ expect }) => judgeScenario({ ...run, expect }, execution).length === 0)
    .map(({ wrong }) => wrong);
  const silent =
    run.faults.length > 0 ? judgeScenario(run, { ...execution, firings: new Map() }) : ['none is on'];
  // A forbidden sentence in any one of them must be found, or that one is not searched.
  const unsearched = READ_BY_PEOPLE.filter((name) => {
    const texts = new Map([...execution.texts, [name, `${execution.texts.get(name) ?? ''}${PLANTED}`]]);
    const absent = [{ pattern: PLANTED, example: PLANTED }];
    return judgeScenario({ ...run, expect: { ...run.expect, absent } }, { ...execution, texts }).length === 0;
  });
  const leaking = judgeScenario(run, { ...execution, tokensIn: ['console'] });
  return [
    ...missed,
    ...(silent.length === 0 ? ['faults that never fired'] : []),
    ...unsearched.map((name) => `a forbidden text in ${name}`),
    ...(leaking.length === 0 ? ['a token in the console'] : []),
  ];
}

const NEVER = 'a text that no run says';
const PLANTED = 'a sentence that is planted where people read';

function wrongOutcomes(expect: ScenarioOutcome, { decision }: ScenarioExecution): readonly WrongOutcome[] {
  const other = <T>(values: readonly T[], not: T): T => values.find((value) => value !== not) ?? not;
  const change = (wrong: string, fields: Partial<ScenarioOutcome>): WrongOutcome => ({
    wrong,
    expect: { ...expect, ...fields },
  });
  const { cause, axes } = expect;
  return [
    change('decision', { decision: other(DECISIONS, expect.decision) }),
    change('exit code', { exitCode: expect.exitCode + 1 }),
    ...(['change', 'outcome'] as const).flatMap((axis) =>
      axes?.[axis] === undefined
        ? []
        : [change(`${axis} axis`, { axes: { ...axes, [axis]: other(['yes', 'no'] as const, axes[axis]) } })],
    ),
    ...(cause === null
      ? []
      : [
          change('cause', { cause: { ...cause, top: `NOT_${cause.top}` } }),
          ...(cause.owner === undefined
            ? []
            : [change('owner', { cause: { ...cause, owner: other(OWNERS, cause.owner) } })]),
          change('what the cause says', { cause: { ...cause, says: [NEVER] } }),
          change('secondary causes', { cause: { ...cause, secondary: [NEVER] } }),
        ]),
    ...Object.entries(expect.verdicts).map(([id, verdict]) =>
      change(`verdict of ${id}`, { verdicts: { ...expect.verdicts, [id]: other(VERDICTS, verdict) } }),
    ),
    change('texts that must appear', { appears: [NEVER] }),
    // The headline is printed: a search that does not find it would not find a forbidden text either.
    change('texts that must not appear', {
      absent: [{ pattern: escapePattern(decision.headline), example: decision.headline }],
    }),
  ];
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
