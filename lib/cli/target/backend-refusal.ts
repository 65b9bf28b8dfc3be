import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { HarnessError } from '../../foundation/errors.ts';
import { printableLine } from '../../foundation/printable.ts';
import { backendFaults } from './fault-catalogue.ts';

const complaintSchema = z.looseObject({ event: z.literal('error'), message: z.string() });
const MAX_MESSAGE = 1_000;

/** What the reference backend had against its flags, in words of our own command line: an unknown fault is told with the nearest one. */
export function backendRefusal(root: string, faults: readonly string[], complaint: string): HarnessError {
  const known = backendFaults(root).map(({ name }) => name);
  const unknown = faults.map((flag) => flag.replace(/=.*$/s, '')).filter((name) => !known.includes(name));
  const next = 'npm run stagegate -- backend --list-faults prints every fault and what its parameter is.';
  if (unknown.length === 0) {
    return new HarnessError('USAGE', `the reference backend refused its flags: ${messageOf(complaint)}`, {
      next,
    });
  }
  const texts = unknown.map((name) => `${name} (the nearest is ${closest(name, known)})`);
  return new HarnessError(
    'USAGE',
    `expected --fault to name faults of the catalogue, got ${texts.join(', ')}`,
    {
      next,
    },
  );
}

/** The message of the error line that the backend wrote, in one line; the text itself when there is none. */
export function messageOf(complaint: string): string {
  for (const line of complaint.split('\n')) {
    const parsed = complaintSchema.safeParse(jsonOf(line));
    if (parsed.success) return printableLine(withoutStack(parsed.data.message), MAX_MESSAGE);
  }
  return printableLine(complaint.trim(), MAX_MESSAGE);
}

function withoutStack(text: string): string {
  return text.replace(/\n\s+at .*$/s, '');
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // SyntaxError: a line that is no JSON says nothing here.
    return null;
  }
}
