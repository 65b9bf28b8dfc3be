import type { AuthTransport } from '../evidence/evidence.ts';
import { assertNever } from '../foundation/errors.ts';
import type { BearerToken } from '../http/bearer-token.ts';

/** What an auth transport puts into the opening handshake. Both hold the token: never record them as they stand. */
export interface AuthOffer {
  readonly headers: Readonly<Record<string, string>>;
  readonly subprotocols: readonly string[];
}

/**
 * Returns how a token travels in each auth transport (wire-contract.md §2.2, §2.3, §12). Without a token nothing
 * token-bearing is offered.
 * @param environment the `env` part of the public client's names.
 */
export function authOffer(
  transport: AuthTransport,
  token: BearerToken | null,
  environment: string,
): AuthOffer {
  if (token === null) {
    return { headers: {}, subprotocols: transport === 'subprotocol-jwt' ? ['jwt-auth'] : [] };
  }
  switch (transport) {
    case 'none':
      return { headers: {}, subprotocols: [] };
    case 'authorization-header':
      return { headers: { authorization: `Bearer ${token.reveal()}` }, subprotocols: [] };
    case 'subprotocol-jwt': {
      // The bare name beside the token survives both generations, whichever of the two they echo.
      const encoded = Buffer.from(token.reveal(), 'utf8').toString('base64url');
      return { headers: {}, subprotocols: ['jwt-auth', `jwt.${encoded}`] };
    }
    case 'subprotocol-jwt-auth':
      return { headers: {}, subprotocols: [`jwt-auth.${token.reveal()}`] };
    case 'subprotocol-bearer':
      return { headers: {}, subprotocols: [`bearer.${token.reveal()}`] };
    case 'subprotocol-public-client': {
      const raw = token.reveal();
      const qualified = ['jwt', 'jwt-auth', 'bearer'].map((scheme) => `${scheme}.${environment}.${raw}`);
      const plain = ['staging-auth', 'jwt', 'jwt-auth', 'bearer'].map((scheme) => `${scheme}.${raw}`);
      return { headers: {}, subprotocols: [...qualified, ...plain] };
    }
    default:
      return assertNever(transport);
  }
}
