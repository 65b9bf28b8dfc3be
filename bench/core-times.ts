import { readFileSync } from 'node:fs';

/** Milliseconds of a tick of `/proc/stat`. */
const TICK_MS = 10;

/** Milliseconds in which each core ran any process, or was taken from us by the host, so far; null where nobody says. */
export function coreTimes(): readonly number[] | null {
  try {
    return parseCoreTimes(readFileSync('/proc/stat', 'latin1'));
  } catch {
    // ENOENT: no Linux.
    return null;
  }
}

/** Reads `/proc/stat` (proc(5)): user, nice, system and steal of each core. */
export function parseCoreTimes(text: string): readonly number[] {
  return [...text.matchAll(/^cpu\d+ (.+)$/gm)].map(([, fields = '']) => {
    const [user = 0, nice = 0, system = 0, , , , , steal = 0] = fields.split(' ').map(Number);
    return (user + nice + system + steal) * TICK_MS;
  });
}
