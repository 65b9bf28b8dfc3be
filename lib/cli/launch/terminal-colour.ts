import { Chalk, type ChalkInstance } from 'chalk';

/** Colours for standard output: none unless it is a terminal, and none where NO_COLOR is set (https://no-color.org). */
export function terminalColour(): ChalkInstance {
  return new Chalk({
    level: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined ? 1 : 0,
  });
}
