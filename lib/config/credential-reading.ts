import type { Secret } from '../foundation/secret.ts';
import { SETTINGS } from './setting-catalogue.ts';
import { valueOr, type SettingReader } from './setting-reader.ts';

/** Where valid tokens come from: the exchange at the auth service, or local minting. */
export type TokenSourceKind = 'exchange' | 'minted';

interface CredentialReading {
  readonly bypassKey: Secret | null;
  readonly jwtSecretKey: Secret | null;
  /** Null when it cannot be told, which has been reported. */
  readonly tokenSource: TokenSourceKind | null;
}

/** Reads both keys and settles where tokens come from; a source without its key is a problem, never a switch to the other. */
export function readCredentials(reader: SettingReader): CredentialReading {
  const bypass = reader.readSecret(SETTINGS.E2E_OAUTH_SIMULATION_KEY);
  const signing = reader.readSecret(SETTINGS.JWT_SECRET_KEY);
  const chosen = reader.read(SETTINGS.TOKEN_SOURCE);
  const keys = { bypassKey: valueOr(bypass, null), jwtSecretKey: valueOr(signing, null) };
  if (chosen.state === 'set') {
    const needed = chosen.value === 'exchange' ? bypass : signing;
    if (needed.state === 'unset') {
      reader.missing(
        chosen.value === 'exchange' ? SETTINGS.E2E_OAUTH_SIMULATION_KEY : SETTINGS.JWT_SECRET_KEY,
      );
    }
    return { ...keys, tokenSource: chosen.value };
  }
  if (chosen.state === 'invalid') return { ...keys, tokenSource: null };
  // A key that was given but is wrong still says which source was meant.
  if (bypass.state !== 'unset') {
    reader.note('TOKEN_SOURCE', 'exchange', 'derived from E2E_OAUTH_SIMULATION_KEY');
    return { ...keys, tokenSource: 'exchange' };
  }
  if (signing.state !== 'unset') {
    reader.note('TOKEN_SOURCE', 'minted', 'derived from JWT_SECRET_KEY');
    return { ...keys, tokenSource: 'minted' };
  }
  reader.add({
    setting: 'E2E_OAUTH_SIMULATION_KEY',
    expected: `${SETTINGS.E2E_OAUTH_SIMULATION_KEY.expected} (or JWT_SECRET_KEY to mint locally)`,
    got: 'neither key',
    origin: 'not set',
    next: `Ask ${SETTINGS.E2E_OAUTH_SIMULATION_KEY.issuedBy} for the bypass key.`,
  });
  return { ...keys, tokenSource: null };
}
