import type { Decision } from '../../gate/decision.ts';

/**
 * What binds the files of a run, for a log that others keep: nothing is signed, so whoever may write all of the files can make
 * them all again, but not what was printed here.
 */
export function sealLine({ recordHash, evidenceRoot }: Decision): string {
  return `sealed    record ${recordHash}\n          evidence ${evidenceRoot}\n`;
}
