import { isIPv4 } from 'node:net';

/** How a host stands to the production guard; only the first two may be spoken to. */
type HostStanding = 'loopback' | 'allowed' | 'production-like' | 'not-allowed';

// A label, or a part of one between hyphens: `api-prod.example.org` is as much production as `prod.example.org`.
const PRODUCTION_PART = /^(?:production|prod|prd|live)(?:\d*|us|eu|uk|ap|asia)$/;
const STAGING_PART = /^staging\d*$/;
/** Domains whose hosts are production unless a label says staging (wire-contract.md §7.2, §7.3). */
const PRODUCTION_DOMAINS = ['netrasystems.ai'] as const;
const HOST_PATTERN =
  /^(?:\*\.)?(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/** Returns a host in the one spelling that is compared: lower case, no brackets, no final dot. */
export function canonicalHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

/** True for 127.0.0.0/8, ::1 and localhost. */
export function isLoopbackHost(host: string): boolean {
  const name = canonicalHost(host);
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

/** True when a name (of a host, an environment or a marker) has a part that says production, prod or live. */
export function isProductionName(name: string): boolean {
  return partsOf(name).some((part) => PRODUCTION_PART.test(part));
}

/** True for a host that says production, or that lies in a production domain without a staging label. */
function isProductionHost(host: string): boolean {
  const name = canonicalHost(host);
  if (isProductionName(name)) return true;
  const isInDomain = PRODUCTION_DOMAINS.some((domain) => name === domain || name.endsWith(`.${domain}`));
  return isInDomain && !partsOf(name).some((part) => STAGING_PART.test(part));
}

/** True for an exact host, or `*.suffix` with a suffix of at least two labels, without scheme, port or path. */
export function isHostPattern(text: string): boolean {
  if (!HOST_PATTERN.test(text)) return false;
  return !text.startsWith('*.') || text.slice(2).includes('.');
}

/** Judges a host against the production rules and the allow-list; production-like wins over an entry of the list. */
export function judgeHost(host: string, allowedHosts: readonly string[]): HostStanding {
  if (isLoopbackHost(host)) return 'loopback';
  if (isProductionHost(host)) return 'production-like';
  const name = canonicalHost(host);
  const isAllowed = allowedHosts.some((entry) =>
    entry.startsWith('*.') ? name.endsWith(entry.slice(1)) && name.length > entry.length - 1 : name === entry,
  );
  return isAllowed ? 'allowed' : 'not-allowed';
}

function partsOf(name: string): readonly string[] {
  return name.toLowerCase().split(/[^a-z0-9]+/);
}
