import { z } from 'zod';
import { canonicalHost, isHostPattern } from './host.ts';

// Parsers of single settings: text in, typed value out. What was expected is said by the catalogue, so they carry no messages.

/** Turns a failing conversion into one issue; null means "not of this form". */
function parsed<T>(convert: (text: string) => T | null): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    const result = convert(text);
    if (result !== null) return result;
    context.addIssue({ code: 'custom', message: 'not of the expected form' });
    return z.NEVER;
  });
}

function urlWith(schemes: readonly string[]): z.ZodType<string, string> {
  return parsed((text) => {
    const url = parseUrl(text);
    if (url === null || !schemes.includes(url.protocol) || hasExtras(url, text)) return null;
    return `${url.protocol}//${url.host.replace(/\.(?=$|:\d+$)/, '')}${url.pathname}`.replace(/\/+$/, '');
  });
}

/** A URL that is also written as one: `https:host` parses, but nobody meant it. */
function parseUrl(text: string): URL | null {
  return /^[a-z]+:\/\/[^\s\\]+$/i.test(text) && URL.canParse(text) ? new URL(text) : null;
}

/** User information would travel in clear sight; a query or fragment would be lost or could hold a token. */
function hasExtras(url: URL, text: string): boolean {
  return url.username !== '' || url.password !== '' || /[?#@]/.test(text);
}

/** An http or https URL, without final slash. */
export const httpUrl = urlWith(['http:', 'https:']);

/** A ws or wss URL, without final slash. */
export const websocketUrl = urlWith(['ws:', 'wss:']);

/** An origin as RFC 6454 §6.2 writes it. */
export const origin = parsed((text) => {
  const url = parseUrl(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || hasExtras(url, text)) return null;
  return url.pathname === '/' ? url.origin : null;
});

/** The environment name of a deployment. */
export const environmentMarker = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/);

/** Exact hosts and `*.suffix` entries, in canonical spelling. */
export const hostList: z.ZodType<readonly string[], string> = parsed((text) => {
  const hosts = text
    .split(',')
    .map((entry) => canonicalHost(entry.trim()))
    .filter((entry) => entry !== '');
  return hosts.every(isHostPattern) ? Object.freeze([...new Set(hosts)]) : null;
});

/** A key that travels in an HTTP header, so visible ASCII only. */
export const bypassKey = z.string().regex(/^[\x21-\x7e]{16,1024}$/);

/** An HMAC key: at least 32 characters (wire-contract.md §6.2), of an alphabet whose every encoding the artifact scan knows. */
export const signingKey = z.string().regex(/^[\x21-\x7e][\x20-\x7e]{30,1022}[\x21-\x7e]$/);

/** A claim value that can be compared exactly. */
export const claimValue = z.string().regex(/^[\x21-\x7e]{1,256}$/);

/** A commit SHA, an image digest or the name of a build. */
export const revision = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+:/@-]{3,199}$/);

/** A field name of RFC 9110 §5.1, in lower case. */
export const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/)
  .transform((name) => name.toLowerCase());

/** A path of the file system. */
export const path = z.string().regex(/^[^\0\r\n]{1,4096}$/);

/** A decimal number above 0 and at most 1. */
export const timeScale = parsed((text) => {
  const factor = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  return factor > 0 && factor <= 1 ? factor : null;
});

/** A whole number in decimal digits, bounds included. */
export function wholeNumber(min: number, max: number): z.ZodType<number, string> {
  return parsed((text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return number >= min && number <= max ? number : null;
  });
}

/** One of a list of literals. */
export function literal<const T extends string>(literals: readonly T[]): z.ZodType<T, string> {
  return parsed((text) => literals.find((candidate) => candidate === text) ?? null);
}
