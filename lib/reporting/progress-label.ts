/** The longest names of spec files have this many characters. */
const WIDTH = 29;

/** What a line of progress is about, in a column of its own. */
export function progressLabel(name: string): string {
  return name.padEnd(WIDTH);
}

/** The name of a spec file as a reader of progress needs it: `api/threads`, as a suite has several. */
export function specLabel(file: string): string {
  return progressLabel(file.replace(/^suites\//, '').replace(/\.spec\.ts$/, ''));
}
