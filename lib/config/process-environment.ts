/** Returns a frozen copy of the process environment; nothing else reads `process.env`. */
export function readProcessEnvironment(): Readonly<Record<string, string | undefined>> {
  return Object.freeze({ ...process.env });
}
