import { printable } from '../foundation/printable.ts';
import { fingerprint } from '../foundation/secret.ts';

/** JSON members that hold a credential whoever issued it (wire-contract.md §1.7, §1.11, §12). */
const CREDENTIAL_MEMBER =
  /("(?:access_token|refresh_token|id_token|session_token|ticket_id|ticket|token)"\s*:\s*")((?:[^"\\]|\\.)*)("?)/g;

/** Cuts a text of the target to a sample that may stand in a record: credentials replaced, unprintable characters too. */
export function recordedText(text: string, maxLength: number, redact: (text: string) => string): string {
  const cut = text.length <= maxLength ? text : text.slice(0, maxLength);
  const structural =
    cut.includes('token"') || cut.includes('ticket') ? cut.replace(CREDENTIAL_MEMBER, hide) : cut;
  return printable(redact(structural), maxLength);
}

function hide(_whole: string, before: string, value: string, after: string): string {
  return `${before}[redacted sha256:${fingerprint(value)}]${after}`;
}
