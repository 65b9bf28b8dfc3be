import { isIPv4 } from 'node:net';

/** How a host stands to the production guard; only the first two may be spoken to. */
type HostStanding = 'loopback' | 'allowed' | 'production-like' | 'not-allowed';

const STAGING_PART = /^staging\d*$/;
// A part of a label is what stands between hyphens, its digits left out: `api-prod2` is as much production as `prod`.
/** Names of services and regions that are written against the word without a hyphen. */
const SERVICES =
  'api|apis|app|apps|web|www|ws|wss|socket|auth|login|backend|frontend|be|fe|gateway|gw|server|srv|svc|service|services|admin|edge|cdn|env|site|cluster|k8s|netra|us|eu|uk|ap|na|asia';
/**
 * `prod` at either end, but in `product`, `produce` and `prodigy`, and in what stands before production or is none;
 * and `prod` amid names of services.
 */
const PROD_PART = new RegExp(
  '^prod(?!uct(?!ion)|uce|ig)|^prd|prd$' +
    `|(?<!^(?:${SERVICES})*(?:pre|non|not|no|re|post))prod(?:uction)?$` +
    `|^(?:${SERVICES})+(?:prod(?:uction)?|prd)(?:${SERVICES})+$`,
);
/** `live` alone or against the name of a service or a region: `liveness`, `livechat` and `olive` are other words. */
const LIVE_PART = new RegExp(`^(?:${SERVICES})*(?:go)?live(?:${SERVICES})*$`);
/** What makes no production of the part after it: `pre-prod`, `non-production`. */
const NEGATION = /^(?:pre|non|not)$/;
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
  return name.split('.').some((label) => {
    const parts = partsOf(label).map((part) => part.replaceAll(/\d+/g, ''));
    return parts.some(
      (part, at) => (PROD_PART.test(part) && !NEGATION.test(parts[at - 1] ?? '')) || LIVE_PART.test(part),
    );
  });
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
