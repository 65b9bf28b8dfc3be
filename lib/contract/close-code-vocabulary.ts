/** What a close code means and what a client may do about it. */
export interface CloseCodeEntry {
  readonly name: string;
  /** True when connecting again with the same token may help. */
  readonly retryable: boolean;
  /** False for codes that an endpoint must not put into a close frame (RFC 6455 §7.4). */
  readonly mayBeOnWire: boolean;
  /** True for codes that a client makes up itself because no code was received (RFC 6455 §7.4.1). */
  readonly isSynthetic: boolean;
  readonly source: string;
}

const RFC = 'RFC 6455 §7.4.1';
const IANA = 'IANA WebSocket Close Code Number Registry';

const ENTRIES: ReadonlyMap<number, CloseCodeEntry> = new Map([
  [1000, onWire('normal closure', false, RFC)],
  [1001, onWire('going away', true, RFC)],
  [1002, onWire('protocol error', false, RFC)],
  [1003, onWire('unsupported data', false, RFC)],
  [1004, { name: 'reserved', retryable: false, mayBeOnWire: false, isSynthetic: false, source: RFC }],
  [1005, synthetic('no status received', false)],
  [1006, synthetic('abnormal closure', true)],
  [1007, onWire('invalid payload data', false, RFC)],
  [1008, onWire('policy violation', false, RFC)],
  [1009, onWire('message too big', false, RFC)],
  [1010, onWire('mandatory extension', false, RFC)],
  [1011, onWire('internal error', true, RFC)],
  [1012, onWire('service restart', true, IANA)],
  [1013, onWire('try again later', true, IANA)],
  [1014, onWire('bad gateway', true, IANA)],
  [1015, synthetic('TLS handshake failure', false)],
]);

const UNKNOWN_CODE: CloseCodeEntry = {
  name: 'illegal close code',
  retryable: false,
  mayBeOnWire: false,
  isSynthetic: false,
  source: 'RFC 6455 §7.4.2',
};

/** Describes any close code; a code outside the registered and private ranges is illegal (RFC 6455 §7.4.2). */
export function describeCloseCode(code: number): CloseCodeEntry {
  const known = ENTRIES.get(code);
  if (known !== undefined) return known;
  if (Number.isInteger(code) && code >= 3_000 && code <= 4_999) {
    const name = code < 4_000 ? 'registered by a library' : 'private use';
    return onWire(name, false, 'RFC 6455 §7.4.2');
  }
  return UNKNOWN_CODE;
}

/** The codes with a meaning of their own, ascending. */
export function knownCloseCodes(): readonly number[] {
  return [...ENTRIES.keys()];
}

function onWire(name: string, retryable: boolean, source: string): CloseCodeEntry {
  return { name, retryable, mayBeOnWire: true, isSynthetic: false, source };
}

function synthetic(name: string, retryable: boolean): CloseCodeEntry {
  return { name, retryable, mayBeOnWire: false, isSynthetic: true, source: RFC };
}
