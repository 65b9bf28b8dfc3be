import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';

const contexts = new Map<string, SecureContext>();

/** Returns a TLS context that trusts the built-in authorities and one more; built once per certificate. */
export function trustBeside(caPem: string): SecureContext {
  const known = contexts.get(caPem);
  if (known !== undefined) return known;
  const context = createSecureContext({ ca: [...rootCertificates, caPem] });
  contexts.set(caPem, context);
  return context;
}
