import { writeSync } from 'node:fs';

/** Writes one line to the terminal at once, so that a bench that is cut short has shown what it measured. */
export function writeLine(line: string): void {
  writeSync(1, `${line}\n`);
}
