import { describeError, HarnessError } from '../foundation/errors.ts';
import { printable } from '../foundation/printable.ts';
import { ExitCode } from '../gate/exit-code.ts';
import type { Invocation } from './launch/invocation.ts';
import { withoutTokens } from './launch/token-shape.mjs';

/** Characters of a message that are printed: every problem of a long list of settings must fit. */
const MAX_MESSAGE = 32_000;

/** Runs one command and returns its exit code (design.md §5). Errors end here, in one message and with their code. */
export async function main(
  invocation: Invocation,
  command: (invocation: Invocation) => Promise<number>,
): Promise<number> {
  try {
    return await command(invocation);
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
