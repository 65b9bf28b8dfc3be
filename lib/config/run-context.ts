import type { SilenceRule } from '../contract/budget.ts';
import type { Evidence, AuthTransport } from '../evidence/evidence.ts';
import type { ExpectedFingerprint } from '../evidence/fingerprint.ts';
import type { PlannedCheck } from '../evidence/plan.ts';
import type { RungResult } from '../evidence/run-record.ts';
import { Secret } from '../foundation/secret.ts';
import type { Settings } from './settings.ts';

/** What the preflight ladder found; it reaches the workers after everything else (preflight-handover.ts). */
export interface PreflightFindings {
  readonly rungs: readonly RungResult[];
  /** The records that the rungs rest on. */
  readonly evidence: readonly Evidence[];
  /** The first transport on which a token was accepted; later connections use it. */
  readonly authTransport: AuthTransport;
}

/**
 * Everything a worker needs, as plain data. It travels over the channel between our own processes
 * and is never written: it holds the revealed secrets of the settings.
 */
export interface RunContext {
  /** `collect` declares checks without running any. */
  readonly mode: 'run' | 'collect';
  readonly runId: string;
  /** ISO time; the origin of every `atMs`. */
  readonly startedAt: string;
  readonly seed: number;
  readonly repeat: number;
  readonly workFolder: string;
  /** 32 bytes as base64: encrypts the hand-over of minted tokens to the artifact scan. */
  readonly handoverKey: string;
  readonly plan: readonly PlannedCheck[];
  readonly selected: readonly string[];
  readonly missingCapabilities: readonly {
    readonly capability: string;
    readonly owner: string;
    readonly reason: string;
    readonly expires: string;
  }[];
  /** What the behaviours of the target must show; null under a policy that does not judge by them. */
  readonly fingerprint: ExpectedFingerprint | null;
  /** How long silences inside a turn are judged. */
  readonly silence: SilenceRule;
  readonly caPem: string | null;
  readonly settings: Omit<Settings, 'bypassKey' | 'jwtSecretKey'> & {
    readonly bypassKey: string | null;
    readonly jwtSecretKey: string | null;
  };
}

/** Turns settings into data that can travel to a worker. */
export function transferSettings(settings: Settings): RunContext['settings'] {
  return {
    ...settings,
    bypassKey: settings.bypassKey?.reveal() ?? null,
    jwtSecretKey: settings.jwtSecretKey?.reveal() ?? null,
  };
}

/** Restores the settings in a worker. */
export function settingsOf(context: RunContext): Settings {
  const { bypassKey, jwtSecretKey, ...rest } = context.settings;
  return {
    ...rest,
    bypassKey: bypassKey === null ? null : new Secret('E2E_OAUTH_SIMULATION_KEY', bypassKey),
    jwtSecretKey: jwtSecretKey === null ? null : new Secret('JWT_SECRET_KEY', jwtSecretKey),
  };
}
