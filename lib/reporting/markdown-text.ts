import { printable } from '../foundation/printable.ts';

/** Text of a target or a caller as Markdown: one line, at most 600 characters, and nothing of it is markup. */
export function markdownText(value: string): string {
  return printable(value, 600)
    .replaceAll(/[\\|<>`*_[\]]/g, (character) => `\\${character}`)
    .replaceAll(/\s*\n\s*/g, ' ');
}
