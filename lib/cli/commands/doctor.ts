import { STOP_SIGNALS, type StopSignal } from '../../foundation/stop-signal.ts';
import { join } from 'node:path';
import type { ChalkInstance } from 'chalk';
import { systemClock } from '../../foundation/clock.ts';
import { delay } from '../../foundation/deadline.ts';
import { assertNever, HarnessError } from '../../foundation/errors.ts';
import { printableLine } from '../../foundation/printable.ts';
import { randomHex } from '../../foundation/random.ts';
import { SecretIndex } from '../../foundation/redaction.ts';
import type { RungResult } from '../../evidence/run-record.ts';
import { ExitCode, exitCodeOfSignal } from '../../gate/exit-code.ts';
import { type Invocation, numberFlag } from '../launch/invocation.ts';
import { readPlan } from '../policy/plan-file.ts';
import { readPolicy } from '../policy/policy-file.ts';
import { preflight } from '../target/preflight.ts';
import { createRunId } from '../record/run-folder.ts';
import { runOptions } from '../run/run-options.ts';
import { RungWait } from '../run/rung-wait.ts';
import { onSignal } from '../launch/signal-guard.ts';
import { prepareTarget } from '../target/target.ts';
import { terminalColour } from '../launch/terminal-colour.ts';

/** Pause between two climbs of a target that is waited for. */
const WAIT_PAUSE_MS = 2_000;

/**
 * Climbs the ladder alone and prints each rung as it is decided; the policy says what the target lacks and how its revision is
 * known, by its behaviours where it says `fingerprint`. Exit 0 when all hold, 1 on a broken one, 3 when one was not
 * decided. With `--wait` it climbs again until all hold; a wait that runs out exits as its last climb did, never with 0.
 */
export async function doctor(invocation: Invocation): Promise<number> {
  const options = runOptions(invocation);
  const waitSec = numberFlag(invocation, 'wait');
  const startedAt = systemClock.wallTime();
  const policy = readPolicy(options.policyFile ?? join(invocation.root, 'fixtures/policies/default.json'), {
    root: invocation.root,
    plan: readPlan(invocation.root),
    environment: options.environment,
  });
  await using target = await prepareTarget({ root: invocation.root, ...options });
  const secrets = new SecretIndex();
  for (const secret of [target.settings.bypassKey, target.settings.jwtSecretKey]) {
    if (secret !== null) secrets.register(secret.reveal(), secret.label);
  }
  const chalk = terminalColour();
  const out = (text: string): void => void process.stdout.write(`${secrets.redact(text)}\n`);
  for (const warning of target.warnings) out(`warning: ${warning}`);
  const interrupt = new AbortController();
  let signalled: StopSignal | null = null;
  const stops = STOP_SIGNALS.map((name) =>
    onSignal(name, () => {
      signalled ??= name;
      interrupt.abort(new HarnessError('INTERRUPTED', `interrupted by ${name}`));
    }),
  );
  try {
    const climb = async (onRung: (rung: RungResult) => void): Promise<readonly RungResult[]> => {
      using wait = new RungWait(out);
      await using climbed = await preflight({
        runId: createRunId(startedAt, 'doctor', randomHex(3)),
        startedAt,
        settings: target.settings,
        policy,
        caPem: target.caPem,
        secrets,
        workFolder: null,
        signal: interrupt.signal,
        watch: {
          // With --wait it says that it waits, once per climb.
          started: (rung) => (waitSec === null ? wait.started(rung) : undefined),
          ended: (rung) => {
            wait.ended();
            onRung(rung);
          },
        },
      });
      return climbed.findings.rungs;
    };
    const endsAtMs = startedAt.getTime() + (waitSec ?? 0) * 1_000;
    const isOver = (): boolean => systemClock.wallTime().getTime() + WAIT_PAUSE_MS > endsAtMs;
    for (;;) {
      const lines: string[] = [];
      const rungs = await climb((rung) => {
        const line = rungLine(rung, chalk);
        if (waitSec === null) out(line);
        else lines.push(line);
      });
      const first = firstBroken(rungs);
      if (first === null || isOver()) {
        for (const line of lines) out(line);
        if (first !== null && waitSec !== null) out(`\nnot ready within ${waitSec} s`);
        return verdict(first, out, chalk);
      }
      out(`waiting: ${first.rung} ${printableLine(first.actual, 200)}`);
      await delay(WAIT_PAUSE_MS, interrupt.signal);
    }
  } catch (error) {
    if (signalled === null) throw error;
    return exitCodeOfSignal(signalled);
  } finally {
    for (const stop of stops) stop();
  }
}

function firstBroken(rungs: readonly RungResult[]): RungResult | null {
  return (
    rungs.find(({ state }) => state === 'broken') ?? rungs.find(({ state }) => state === 'undecided') ?? null
  );
}

function rungLine(rung: RungResult, chalk: ChalkInstance): string {
  const warnings = rung.warnings.map((text) => `\n${chalk.yellow('warning')} ${printableLine(text, 400)}`);
  return `${markOf(rung, chalk)} ${rung.rung.padEnd(18)} ${printableLine(rung.actual, 400)}${warnings.join('')}`;
}

function markOf({ state }: RungResult, chalk: ChalkInstance): string {
  switch (state) {
    case 'held':
      return chalk.green('holds  ');
    case 'not-applicable':
      return chalk.dim('not due');
    case 'broken':
      return chalk.red('BROKEN ');
    case 'undecided':
      return chalk.yellow('UNKNOWN');
    case 'blocked':
      return chalk.yellow('blocked');
    default:
      return assertNever(state);
  }
}

function verdict(first: RungResult | null, out: (text: string) => void, chalk: ChalkInstance): number {
  if (first === null) {
    out(chalk.green('every rung holds: a user can chat'));
    return ExitCode.Go;
  }
  out('');
  out(
    `${chalk.bold(`first broken rung: ${first.rung}`)}  ${first.title}${first.rule === null ? '' : `  [${first.rule}]`}`,
  );
  out(`  expected  ${printableLine(first.expected, 400)}`);
  out(`  got       ${printableLine(first.actual, 400)}`);
  out(`  next      ${first.next}  (owner: ${first.owner})`);
  return first.state === 'broken' ? ExitCode.NoGo : ExitCode.Inconclusive;
}
