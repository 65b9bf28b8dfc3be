import { HarnessError } from '../foundation/errors.ts';
import { isLoopbackHost, isProductionName, judgeHost } from './host.ts';
import type { SettingProblem } from './setting-problem.ts';

/** What the guard looks at; an address that could not be read is null and is then a problem of its own. */
interface GuardedTarget {
  /** Name of the environment, as in `.env.NAME`. */
  readonly environment: string;
  readonly marker: string | null;
  readonly backendUrl: string | null;
  readonly authServiceUrl: string | null;
  readonly websocketUrl: string | null;
  readonly allowedHosts: readonly string[];
}

/** What decides whether credentials may be made for, or sent to, a host. */
type MintingScope = Pick<GuardedTarget, 'environment' | 'marker' | 'allowedHosts'>;

/** Origin of every problem that the guard reports. */
export const PRODUCTION_GUARD = 'production guard';

const ADDRESSES = [
  { setting: 'BACKEND_URL', key: 'backendUrl' },
  { setting: 'AUTH_SERVICE_URL', key: 'authServiceUrl' },
  { setting: 'WEBSOCKET_URL', key: 'websocketUrl' },
] as const;

/** Lists why a target may not be validated: production-like, not on the allow-list, or reached without TLS. */
export function guardTarget(target: GuardedTarget): readonly SettingProblem[] {
  const problems = nameProblems(target);
  for (const { setting, key } of ADDRESSES) {
    const url = target[key];
    if (url !== null) problems.push(...addressProblems(setting, new URL(url), target.allowedHosts));
  }
  return problems;
}

/**
 * Refuses to make credentials for, or to send a bypass key to, a host or environment that the guard does not allow.
 * @throws {HarnessError} `PRODUCTION_GUARD` before anything is signed or sent.
 */
export function assertMintingAllowed(scope: MintingScope, host: string): void {
  const [problem] = [...nameProblems(scope), ...hostProblems('host', host, scope.allowedHosts)];
  if (problem === undefined) return;
  throw new HarnessError(
    'PRODUCTION_GUARD',
    `expected ${problem.expected}, got ${problem.got} (${problem.setting} of environment ${scope.environment}); no token was made and no key was sent`,
    { details: { host, environment: scope.environment, marker: scope.marker }, next: problem.next },
  );
}

function nameProblems(scope: MintingScope): SettingProblem[] {
  const names = [
    { setting: '--env', name: scope.environment },
    { setting: 'ENVIRONMENT', name: scope.marker ?? '' },
  ];
  return names
    .filter(({ name }) => isProductionName(name))
    .map(({ setting, name }) => ({
      setting,
      expected: 'an environment that is not production',
      got: `'${name}'`,
      origin: PRODUCTION_GUARD,
      next: 'Validate a staging environment: production is never spoken to.',
    }));
}

function addressProblems(setting: string, url: URL, allowedHosts: readonly string[]): SettingProblem[] {
  const problems = hostProblems(setting, url.hostname, allowedHosts);
  const isPlain = url.protocol === 'http:' || url.protocol === 'ws:';
  if (isPlain && !isLoopbackHost(url.hostname)) {
    problems.push({
      setting,
      expected: 'TLS (https or wss) to a host that is not on loopback',
      got: `${url.protocol}//${url.host}`,
      origin: PRODUCTION_GUARD,
      next: 'Use the https or wss address: tokens never travel in clear text.',
    });
  }
  return problems;
}

function hostProblems(setting: string, host: string, allowedHosts: readonly string[]): SettingProblem[] {
  switch (judgeHost(host, allowedHosts)) {
    case 'loopback':
    case 'allowed':
      return [];
    case 'production-like':
      return [
        {
          setting,
          expected: 'a host that is not production-like',
          got: `'${host}'`,
          origin: PRODUCTION_GUARD,
          next: 'Use the address of the staging deployment; the allow-list cannot permit this one.',
        },
      ];
    case 'not-allowed':
      return [
        {
          setting,
          expected: 'a host on the allow-list ALLOWED_HOSTS',
          got: `'${host}'`,
          origin: PRODUCTION_GUARD,
          next: `Add ${host} to ALLOWED_HOSTS if it may be validated.`,
        },
      ];
  }
}
