import { printable } from '../../foundation/printable.ts';

/** Longest text of a target that is shown outside a record. */
const MAX_TEXT = 1_000;

/** Text of a target or a caller as the page shows it outside a record: printable, and not endless. */
export function shown(text: string): string {
  return printable(text, MAX_TEXT);
}
