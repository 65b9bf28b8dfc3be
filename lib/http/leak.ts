import type { SecretIndex } from '../foundation/redaction.ts';

/** A registered secret, or anything shaped like a JWT, that the target sent back to us. */
export interface Leak {
  /** `body`, `header x-debug-token`, `close reason`, `message 3`. */
  readonly where: string;
  /** Label and fingerprint of the secret. */
  readonly secret: string;
}

const NO_LEAKS: readonly Leak[] = Object.freeze([]);

/** Returns every place of an answer in which a secret stands, each place and secret once. */
export function findLeaks(
  secrets: Pick<SecretIndex, 'findLive'>,
  answer: {
    readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
    /** Pairs of place and text. */
    readonly texts: readonly (readonly [where: string, text: string])[];
  },
): readonly Leak[] {
  const { texts, headers: answered = {} } = answer;
  if (texts.length === 0 && areClean(secrets, answered)) return NO_LEAKS;
  const headers = Object.entries(answered).map(
    ([name, value]) => [`header ${name.toLowerCase()}`, String(value ?? '')] as const,
  );
  const leaks = new Map<string, Leak>();
  for (const [where, text] of [...headers, ...texts]) {
    for (const { secret } of secrets.findLive(text)) leaks.set(`${where} ${secret}`, { where, secret });
  }
  return [...leaks.values()];
}

/** One search says for nearly every answer that there is nothing to look for in each of its headers. */
function areClean(
  secrets: Pick<SecretIndex, 'findLive'>,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): boolean {
  let all = '';
  for (const name of Object.keys(headers)) all += `${String(headers[name] ?? '')}\n`;
  return secrets.findLive(all).length === 0;
}
