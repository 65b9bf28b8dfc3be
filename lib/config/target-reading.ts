import { isLoopbackHost } from './host.ts';
import { guardTarget } from './production-guard.ts';
import type { Setting } from './setting.ts';
import { SETTINGS } from './setting-catalogue.ts';
import { valueOr, type SettingReader } from './setting-reader.ts';

/** The addresses of a target; a part that is missing or wrong is null and has been reported. */
interface TargetReading {
  readonly marker: string | null;
  readonly backendUrl: string | null;
  readonly authServiceUrl: string | null;
  readonly websocketUrl: string | null;
  readonly allowedHosts: readonly string[];
  /** True unless every known address is on loopback. */
  readonly isRemote: boolean;
}

/** Reads the addresses of the target and holds them to the production guard. */
export function readTarget(reader: SettingReader, environment: string): TargetReading {
  const marker = readRequired(reader, SETTINGS.ENVIRONMENT);
  const backendUrl = readRequired(reader, SETTINGS.BACKEND_URL);
  const authServiceUrl = readRequired(reader, SETTINGS.AUTH_SERVICE_URL);
  const websocketUrl = readWebsocketUrl(reader, backendUrl);
  const hosts = [backendUrl, authServiceUrl, websocketUrl].flatMap((url) =>
    url === null ? [] : [new URL(url).hostname],
  );
  const isRemote = hosts.length === 0 || !hosts.every(isLoopbackHost);
  const listed = reader.read(SETTINGS.ALLOWED_HOSTS);
  const allowedHosts = valueOr(listed, []);
  if (isRemote && listed.state === 'set' && allowedHosts.length === 0) reader.missing(SETTINGS.ALLOWED_HOSTS);
  const target = { environment, marker, backendUrl, authServiceUrl, websocketUrl };
  // Without a usable list, which is one problem already, not every host is a further one.
  for (const problem of guardTarget({
    ...target,
    allowedHosts: allowedHosts.length === 0 ? hosts : allowedHosts,
  })) {
    reader.add(problem);
  }
  return { marker, backendUrl, authServiceUrl, websocketUrl, allowedHosts, isRemote };
}

function readRequired(reader: SettingReader, setting: Setting<string>): string | null {
  const reading = reader.read(setting);
  if (reading.state === 'unset') reader.missing(setting);
  return rejectExample(reader, setting, valueOr(reading, null));
}

function readWebsocketUrl(reader: SettingReader, backendUrl: string | null): string | null {
  const reading = reader.read(SETTINGS.WEBSOCKET_URL);
  if (reading.state !== 'unset') {
    return rejectExample(reader, SETTINGS.WEBSOCKET_URL, valueOr(reading, null));
  }
  if (backendUrl === null) return null;
  const derived = `${backendUrl.replace(/^http/, 'ws')}/ws`;
  reader.note('WEBSOCKET_URL', derived, 'derived from BACKEND_URL');
  return derived;
}

/** RFC 2606 §2 keeps `.example` for documentation: such an address was copied, not configured. */
function rejectExample(reader: SettingReader, setting: Setting<string>, text: string | null): string | null {
  if (text === null || !text.includes('://') || !new URL(text).hostname.endsWith('.example')) return text;
  reader.problem(setting, `the example '${text}'`, 'documentation', 'the address of a deployment');
  return null;
}
