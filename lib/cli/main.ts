import { describeError, HarnessError } from '../foundation/errors.ts';
import { printable } from '../foundation/printable.ts';
import { ExitCode } from '../gate/exit-code.ts';
import type { Invocation } from './launch/invocation.ts';
import { withoutTokens } from './launch/token-shape.mjs';

/** Characters of a message that are printed: every problem of a long list of settings must fit. */
const MAX_MESSAGE = 32_000;

/** Runs one command and returns the exit code (design.md §5). Errors end here, in one message and with their code. */
export async function main(invocation: Invocation): Promise<number> {
  try {
    return await dispatch(invocation);
  } catch (error) {
    const next = error instanceof HarnessError && error.next !== null ? `\nNext: ${error.next}` : '';
    const text = withoutTokens(`stagegate ${invocation.command}: ${describeError(error)}${next}`);
    process.stderr.write(`${printable(text, MAX_MESSAGE)}\n`);
    if (error instanceof HarnessError && (error.code === 'USAGE' || error.code === 'CONFIG_INVALID')) {
      return ExitCode.Usage;
    }
    if (!(error instanceof HarnessError) && error instanceof Error) {
      process.stderr.write(`${printable(withoutTokens(error.stack ?? ''), 4_000)}\n`);
    }
    return ExitCode.HarnessFault;
  }
}

async function dispatch(invocation: Invocation): Promise<number> {
  switch (invocation.command) {
    case 'run':
      return (await import('./commands/run.ts')).run(invocation);
    case 'doctor':
      return (await import('./commands/doctor.ts')).doctor(invocation);
    case 'backend':
      return (await import('./commands/backend.ts')).backend(invocation);
    case 'token':
      return (await import('./commands/token.ts')).token(invocation);
    case 'plan':
      return (await import('./commands/plan.ts')).plan(invocation);
    case 'merge':
      return (await import('./commands/merge.ts')).merge(invocation);
    case 'diagnose':
      return (await import('./commands/diagnose.ts')).diagnose(invocation);
    case 'compare':
      return (await import('./commands/compare.ts')).compare(invocation);
    case 'replay':
      return (await import('./commands/replay.ts')).replay(invocation);
    case 'prove':
      return (await import('./commands/prove.ts')).prove(invocation);
    default:
      throw new HarnessError('USAGE', `expected a known command, got ${invocation.command}`);
  }
}
