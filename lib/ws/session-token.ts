/** Returns the session token of a `handshake_response`, wherever its envelope keeps it (wire-contract.md §12); it is a secret. */
export function sessionTokenOf(raw: unknown): string | null {
  return memberOf(raw) ?? memberOf(child(raw, 'payload')) ?? memberOf(child(raw, 'data'));
}

function memberOf(value: unknown): string | null {
  const token = child(value, 'session_token');
  return typeof token === 'string' && token !== '' ? token : null;
}

function child(value: unknown, name: 'session_token' | 'payload' | 'data'): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Reflect.get(value, name);
}
