import { BUDGETS } from '../contract/budget.ts';
import type { RefusalForm } from '../contract/refusal.ts';
import type { Secret } from '../foundation/secret.ts';
import { printable } from '../foundation/printable.ts';
import { readCredentials, type TokenSourceKind } from './credential-reading.ts';
import { isEnvironmentName } from './environment-file.ts';
import { SETTINGS } from './setting-catalogue.ts';
import { lookUpSettings, type FoundSetting, type SettingLookup } from './setting-lookup.ts';
import type { SettingProblem } from './setting-problem.ts';
import { SettingReader, valueOr, type ResolvedSetting } from './setting-reader.ts';
import { type ProductionTwin, readTarget } from './target-reading.ts';

/** The resolved settings of one run: typed, guarded, complete. */
export interface Settings {
  /** Name of the environment: `local`, or NAME of `.env.NAME`. */
  readonly environment: string;
  /** True when the target is the embedded reference backend. */
  readonly embedded: boolean;
  /** Environment marker that the target must show; the env claim of minted tokens. */
  readonly marker: string;
  /** Addresses have no final slash. */
  readonly backendUrl: string;
  readonly authServiceUrl: string;
  readonly websocketUrl: string;
  readonly websocketOrigin: string | null;
  /** Null when none is configured: the checks that need it are skipped. */
  readonly productionTwin: ProductionTwin | null;
  readonly allowedHosts: readonly string[];
  readonly bypassKey: Secret | null;
  readonly jwtSecretKey: Secret | null;
  readonly jwtIssuer: string;
  readonly jwtAudience: string;
  readonly tokenSource: TokenSourceKind;
  readonly tokenTtlSec: number;
  readonly refusalForm: RefusalForm;
  readonly expectedRevision: string | null;
  /** In lower case. */
  readonly revisionHeader: string;
  readonly readinessBudgetMs: number;
  /** At time scale 1. */
  readonly idleSurvivalMs: number;
  readonly isolationUsers: number;
  /** Null when the pace is not limited. */
  readonly requestsPerMinute: number | null;
  readonly timeScale: number;
  readonly caFile: string | null;
}

/** How to reach the reference backend that the launcher started. */
export interface EmbeddedTarget {
  readonly backendUrl: string;
  readonly authServiceUrl: string;
  readonly websocketUrl: string;
  readonly caFile: string | null;
  readonly environment: string;
  readonly revision: string;
  readonly timeScale: number;
  /** Where it is served as production too. */
  readonly productionTwin?: { readonly backendUrl: string; readonly authServiceUrl: string } | null;
  readonly jwtSecretKey: Secret;
  readonly bypassKey: Secret;
}

export interface SettingsInput {
  readonly environment: string;
  /** Text of `.env.NAME`; null when there is no such file. */
  readonly fileText: string | null;
  readonly filePath: string;
  readonly processEnvironment: Readonly<Record<string, string | undefined>>;
  /** Required for `local`, ignored for every other environment. */
  readonly embedded?: EmbeddedTarget;
  /** Value of --expect-revision; beats every other source. */
  readonly expectRevision?: string;
}

export type SettingsResult =
  | {
      readonly ok: true;
      readonly settings: Settings;
      readonly report: readonly ResolvedSetting[];
      readonly warnings: readonly string[];
    }
  | {
      readonly ok: false;
      readonly problems: readonly SettingProblem[];
      readonly warnings: readonly string[];
    };

// wire-contract.md §7.7: more gets the source address banned for ten minutes.
const REMOTE_REQUESTS_PER_MINUTE = 60;

/**
 * Resolves the settings of an environment, or lists everything that is wrong with them. Pure: the text of the file and
 * the process environment are handed in. Resolved settings have passed the production guard.
 */
export function resolveSettings(input: SettingsInput): SettingsResult {
  const lookup = withLauncherValues(lookUpSettings(input), input);
  const reader = new SettingReader(lookup, placeOf(input));
  checkEnvironment(input, reader);
  const { isRemote, ...target } = readTarget(reader, input.environment);
  const credentials = readCredentials(reader);
  const timeScale = valueOr(reader.read(SETTINGS.TIME_SCALE), 1);
  if (isRemote && timeScale !== 1) {
    reader.problem(SETTINGS.TIME_SCALE, String(timeScale), 'a target that is not on loopback', '1');
  }
  // What stands after valueOr for a setting that has a default is reached only beside a reported problem.
  const rest = {
    environment: input.environment,
    embedded: input.environment === 'local',
    websocketOrigin: valueOr(reader.read(SETTINGS.WEBSOCKET_ORIGIN), null),
    jwtIssuer: valueOr(reader.read(SETTINGS.JWT_ISSUER), ''),
    jwtAudience: valueOr(reader.read(SETTINGS.JWT_AUDIENCE), ''),
    tokenTtlSec: valueOr(reader.read(SETTINGS.TOKEN_TTL_SEC), 0),
    refusalForm: valueOr<RefusalForm, RefusalForm>(
      reader.read(SETTINGS.REFUSAL_FORM),
      'close-1008-after-error',
    ),
    expectedRevision: valueOr(reader.read(SETTINGS.EXPECTED_REVISION), null),
    revisionHeader: valueOr(reader.read(SETTINGS.REVISION_HEADER), ''),
    readinessBudgetMs: valueOr(reader.read(SETTINGS.READINESS_BUDGET_MS), 0),
    idleSurvivalMs: valueOr(reader.read(SETTINGS.IDLE_SURVIVAL_MS), 0),
    isolationUsers: valueOr(reader.read(SETTINGS.ISOLATION_USERS), 0),
    requestsPerMinute: readPace(reader, isRemote),
    timeScale,
    caFile: valueOr(reader.read(SETTINGS.CA_FILE), null),
  };
  const problems = [...lookup.problems, ...reader.problems];
  const warnings = [...lookup.warnings, ...reader.warnings, ...budgetWarnings(rest.readinessBudgetMs)];
  const { marker, backendUrl, authServiceUrl, websocketUrl, allowedHosts, productionTwin } = target;
  const { tokenSource, ...keys } = credentials;
  const isIncomplete = marker === null || backendUrl === null || authServiceUrl === null;
  if (problems.length > 0 || isIncomplete || websocketUrl === null || tokenSource === null) {
    return { ok: false, problems, warnings };
  }
  const addresses = { backendUrl, authServiceUrl, websocketUrl, allowedHosts };
  const settings = Object.freeze({ ...rest, ...keys, ...addresses, marker, tokenSource, productionTwin });
  return { ok: true, settings, report: reader.report, warnings };
}

/** A wait of ours that ends before the promise does measures us, not the target (moonshots.md M11). */
function budgetWarnings(readinessBudgetMs: number): readonly string[] {
  const promisedMs = BUDGETS.readiness.hardMs;
  if (readinessBudgetMs <= 0 || readinessBudgetMs >= promisedMs) return [];
  return [
    `configuration error: READINESS_BUDGET_MS is ${readinessBudgetMs} ms, and the service may take ${promisedMs} ms to answer: ` +
      'an answer that we do not wait for leaves readiness undecided, whatever the service does',
  ];
}

/** Values of the launcher beat every source: the embedded backend for `local`, and the flag --expect-revision. */
function withLauncherValues(lookup: SettingLookup, input: SettingsInput): SettingLookup {
  const found = new Map<string, FoundSetting>(lookup.found);
  const sensitive = [...lookup.sensitive];
  const { embedded } = input;
  if (embedded !== undefined && input.environment === 'local') {
    const texts = {
      ENVIRONMENT: embedded.environment,
      BACKEND_URL: embedded.backendUrl,
      AUTH_SERVICE_URL: embedded.authServiceUrl,
      WEBSOCKET_URL: embedded.websocketUrl,
      EXPECTED_REVISION: embedded.revision,
      TIME_SCALE: String(embedded.timeScale),
      JWT_SECRET_KEY: embedded.jwtSecretKey.reveal(),
      E2E_OAUTH_SIMULATION_KEY: embedded.bypassKey.reveal(),
      ...(embedded.caFile === null ? {} : { CA_FILE: embedded.caFile }),
    };
    const twin = embedded.productionTwin;
    const twinTexts =
      twin == null
        ? {}
        : { PRODUCTION_TWIN_URL: twin.backendUrl, PRODUCTION_TWIN_AUTH_URL: twin.authServiceUrl };
    for (const [name, text] of Object.entries({ ...texts, ...twinTexts }))
      found.set(name, { text, origin: 'embedded backend' });
    sensitive.push(texts.JWT_SECRET_KEY, texts.E2E_OAUTH_SIMULATION_KEY);
  }
  if (input.expectRevision !== undefined) {
    found.set('EXPECTED_REVISION', { text: input.expectRevision, origin: 'flag --expect-revision' });
  }
  return { ...lookup, found, sensitive };
}

function checkEnvironment(input: SettingsInput, reader: SettingReader): void {
  if (!isEnvironmentName(input.environment)) {
    reader.add({
      setting: '--env',
      expected: 'a name of lower-case letters, digits and hyphens, at most 32 long',
      got: printable(`'${input.environment}'`, 80),
      origin: 'command line',
      next: 'Name an environment for which a file .env.NAME exists, or local.',
    });
  }
  if (input.environment === 'local' && input.embedded === undefined) {
    reader.add({
      setting: '--env',
      expected: 'the embedded backend to be started before its settings are resolved',
      got: 'no embedded backend',
      origin: 'launcher',
      next: 'Report this: it is a fault of the harness.',
    });
  }
}

function placeOf({ filePath, fileText }: SettingsInput): string {
  const path = printable(filePath, 200);
  return fileText === null ? `${path} (there is none yet: copy .env.staging.example)` : path;
}

/** The pace of a real target is limited unless it is set. */
function readPace(reader: SettingReader, isRemote: boolean): number | null {
  const reading = reader.read(SETTINGS.REQUESTS_PER_MINUTE);
  if (reading.state !== 'unset') return valueOr(reading, null);
  const pace = isRemote ? REMOTE_REQUESTS_PER_MINUTE : null;
  reader.note('REQUESTS_PER_MINUTE', pace === null ? 'unlimited' : String(pace), 'default');
  return pace;
}
