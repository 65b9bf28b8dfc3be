import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { raceSignal } from '../foundation/deadline.ts';
import { describeError } from '../foundation/errors.ts';
import { systemCode } from '../http/system-code.ts';
import { trustBeside } from '../http/trust.ts';
import type { Climb, RungOutcome } from './climb.ts';

/** Days left below which a certificate that is still valid gives a warning. */
const RENEWAL_DAYS = 14;
const TLS_BUDGET_MS = 10_000;
const DAY_MS = 86_400_000;

/** Every host of the target has an address. */
export async function dnsRung(climb: Climb): Promise<RungOutcome> {
  const hosts = [...new Set(urlsOf(climb).map((url) => hostOf(url)))];
  const found: string[] = [];
  for (const host of hosts) {
    if (isIP(host) !== 0) {
      found.push(`${host} (literal address)`);
      continue;
    }
    const startedAt = climb.recorder.now();
    try {
      const { address } = await raceSignal(`the address of ${host}`, climb.signal, () => lookup(host));
      climb.recorder.record({
        kind: 'measure',
        name: `dns lookup of ${host}`,
        unit: 'ms',
        value: climb.recorder.now() - startedAt,
        of: 'harness',
      });
      found.push(`${host} is ${address}`);
    } catch (error) {
      if (climb.signal.aborted) throw error;
      return withoutAddress(host, error);
    }
  }
  return { state: 'held', actual: found.join(', ') };
}

/** "There is no such name" is an answer; a resolver that gives none, as without a network, decides nothing. */
function withoutAddress(host: string, error: unknown): RungOutcome {
  const expected = `an address for ${host}`;
  const actual = describeError(error);
  const code = systemCode(error);
  if (code === 'ENOTFOUND' || code === 'ENODATA')
    return { state: 'broken', rule: 'HLT-DNS', expected, actual };
  return {
    state: 'undecided',
    expected,
    actual,
    next: 'Check the host names in the settings and the DNS of this machine; nothing else can be judged.',
  };
}

/** The certificates are trusted, name their host and have not expired; plain transport is for loopback only. */
export async function transportRung(climb: Climb): Promise<RungOutcome> {
  const secure = urlsOf(climb).filter((url) => ['https:', 'wss:'].includes(url.protocol));
  if (secure.length === 0) return { state: 'not-applicable', actual: 'plain transport to loopback' };
  const seen: string[] = [];
  const warnings: string[] = [];
  for (const url of new Map(secure.map((entry) => [entry.host, entry])).values()) {
    const result = await readCertificate(url, climb);
    if (result.kind === 'failed') return withoutCertificate(url, result);
    climb.recorder.record({
      kind: 'measure',
      name: `certificate of ${url.host}`,
      unit: 'days',
      value: result.daysLeft,
      of: 'target',
    });
    const left = `${url.host}: ${result.daysLeft.toFixed(0)} days left`;
    seen.push(left);
    if (result.daysLeft < RENEWAL_DAYS)
      warnings.push(`certificate of ${left}, renew it before they are over`);
  }
  return { state: 'held', actual: seen.join(', '), warnings };
}

type CertificateReading =
  | { readonly kind: 'valid'; readonly daysLeft: number }
  | { readonly kind: 'failed'; readonly code: string | null; readonly text: string };

function withoutCertificate(url: URL, { code, text }: CertificateReading & { kind: 'failed' }): RungOutcome {
  const expected = `a certificate that is valid for ${url.host}`;
  return /certificate|self.signed|altname|expired|verify/i.test(`${code ?? ''} ${text}`)
    ? { state: 'broken', rule: 'HLT-TLS', expected, actual: text }
    : {
        state: 'undecided',
        expected,
        actual: text,
        next: 'Check that the address is right and that something listens there; nothing else can be judged.',
      };
}

async function readCertificate(url: URL, climb: Climb): Promise<CertificateReading> {
  const host = hostOf(url);
  const socket = connectTls({
    host,
    port: url.port === '' ? 443 : Number(url.port),
    servername: isIP(host) === 0 ? host : '',
    ...(climb.caPem === null ? {} : { secureContext: trustBeside(climb.caPem) }),
  });
  try {
    return await raceSignal(
      `the TLS handshake with ${host}`,
      climb.signal,
      () =>
        new Promise<CertificateReading>((resolve) => {
          socket.once('secureConnect', () => {
            const endMs = Date.parse(socket.getPeerCertificate().valid_to);
            resolve({ kind: 'valid', daysLeft: (endMs - climb.wallTime().getTime()) / DAY_MS });
          });
          socket.once('error', (error) =>
            resolve({ kind: 'failed', code: systemCode(error), text: describeError(error) }),
          );
          socket.setTimeout(TLS_BUDGET_MS, () =>
            resolve({ kind: 'failed', code: null, text: `no TLS handshake within ${TLS_BUDGET_MS} ms` }),
          );
        }),
    );
  } finally {
    socket.destroy();
  }
}

function urlsOf({ settings }: Climb): readonly URL[] {
  return [settings.backendUrl, settings.authServiceUrl, settings.websocketUrl].map((url) => new URL(url));
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}
