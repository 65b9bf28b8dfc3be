import { isLoopbackHost } from './host.ts';
import { ENVIRONMENT_WORDS, isEnvironmentName, MOST_LETTERS_OF_ANY } from './environment-name.ts';
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
  readonly productionTwin: ProductionTwin | null;
  /** True unless every known address is on loopback. */
  readonly isRemote: boolean;
}

/** A backend that runs as production, for checks that it refuses what staging accepts (requirements.md S0-15). */
export interface ProductionTwin {
  readonly backendUrl: string;
  readonly authServiceUrl: string;
  readonly websocketUrl: string;
}

/** Reads the addresses of the target and holds them to the production guard. */
export function readTarget(reader: SettingReader, environment: string): TargetReading {
  const marker = readMarker(reader, environment);
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
  const productionTwin = readTwin(reader, websocketUrl, { environment, marker, allowedHosts });
  return { marker, backendUrl, authServiceUrl, websocketUrl, allowedHosts, productionTwin, isRemote };
}

/** Both addresses or none; they are held to the same guard as the target, so a real production is never spoken to. */
function readTwin(
  reader: SettingReader,
  websocketUrl: string | null,
  scope: {
    readonly environment: string;
    readonly marker: string | null;
    readonly allowedHosts: readonly string[];
  },
): ProductionTwin | null {
  const backend = readOptional(reader, SETTINGS.PRODUCTION_TWIN_URL);
  const auth = readOptional(reader, SETTINGS.PRODUCTION_TWIN_AUTH_URL);
  if (backend === null && auth === null) return null;
  if (backend === null) reader.missing(SETTINGS.PRODUCTION_TWIN_URL);
  if (auth === null) reader.missing(SETTINGS.PRODUCTION_TWIN_AUTH_URL);
  const twin = { backendUrl: backend, authServiceUrl: auth, websocketUrl: null };
  const settingOf = new Map([
    ['BACKEND_URL', SETTINGS.PRODUCTION_TWIN_URL.name],
    ['AUTH_SERVICE_URL', SETTINGS.PRODUCTION_TWIN_AUTH_URL.name],
  ]);
  for (const problem of guardTarget({ ...scope, ...twin })) {
    const setting = settingOf.get(problem.setting);
    // What the guard says of the names of the environment was said for the target.
    if (setting !== undefined) reader.add({ ...problem, setting });
  }
  if (backend === null || auth === null) return null;
  const path = websocketUrl === null ? '/ws' : new URL(websocketUrl).pathname;
  const socket = new URL(path, backend.replace(/^http/, 'ws')).href;
  return { backendUrl: backend, authServiceUrl: auth, websocketUrl: socket };
}

function readOptional(reader: SettingReader, setting: Setting<string>): string | null {
  return rejectExample(reader, setting, valueOr(reader.read(setting), null));
}

function readRequired(reader: SettingReader, setting: Setting<string>): string | null {
  const reading = reader.read(setting);
  if (reading.state === 'unset') reader.missing(setting);
  return rejectExample(reader, setting, valueOr(reading, null));
}

/**
 * The environment name stands in every record and in the env claim of every token, so a text that may be a passphrase is none: a
 * longer one must hold a word for an environment, or be the name that `--env` says openly.
 */
function readMarker(reader: SettingReader, environment: string): string | null {
  const marker = readRequired(reader, SETTINGS.ENVIRONMENT);
  if (marker === null || isEnvironmentName(marker) || marker.toLowerCase() === environment) return marker;
  const got = `${marker.length} characters without such a word, which are not shown`;
  reader.note(SETTINGS.ENVIRONMENT.name, `[${marker.length} characters, not shown]`, 'process environment');
  reader.problem(
    SETTINGS.ENVIRONMENT,
    got,
    'as it is set',
    `an environment name of at most ${MOST_LETTERS_OF_ANY} characters, or one with a word for an environment in it (${ENVIRONMENT_WORDS.slice(0, 6).join(', ')}, …), or the name that --env gives`,
  );
  return null;
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
