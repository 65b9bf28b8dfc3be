import { z } from 'zod';
import { checkBody, type Checked } from './schema-check.ts';

/** `up` and `degraded` both serve; which one it is decides between a pass and a warning (wire-contract.md §1.3.2). */
export type HealthStanding = 'up' | 'degraded' | 'down';

const UP_STATUSES: readonly string[] = ['healthy', 'ok', 'ready'];

/** What `/health` says, in both generations (wire-contract.md §1.3.1, §1.3.2). */
export interface HealthReport {
  readonly status: string;
  readonly standing: HealthStanding;
  /** `rich` has a service name (≤ 2025-09-15), `plain` is the status alone (≥ 2025-09-16). */
  readonly form: 'rich' | 'plain';
  readonly service: string | null;
  readonly version: string | null;
  readonly environment: string | null;
}

const healthSchema = z.looseObject({
  status: z.string().min(1),
  service: z.string().optional(),
  version: z.string().optional(),
  environment: z.string().optional(),
});

/** Parses the body of `/health`, `/api/health` or of the auth service; the violations are of `HLT-BODY`. */
export function parseHealth(body: unknown, where = '/health'): Checked<HealthReport> {
  const checked = checkBody(healthSchema, body, 'HLT-BODY', where);
  if (!checked.ok) return checked;
  const { status, service, version, environment } = checked.value;
  return {
    ok: true,
    value: {
      status,
      standing: standingOf(status),
      form: service === undefined ? 'plain' : 'rich',
      service: service ?? null,
      version: version ?? null,
      environment: environment ?? null,
    },
  };
}

/** What `/ws/health` says; fields of one generation only are null when absent (wire-contract.md §1.10, S4-16). */
export interface SocketHealthReport {
  readonly status: string;
  readonly standing: HealthStanding;
  readonly environment: string | null;
  readonly preConnectionAuthRequired: boolean | null;
  readonly testing: {
    readonly enabled: boolean;
    readonly authBypassActive: boolean | null;
    /** A key is shown as `SET`, never by its value; a value that looks like one breaks `SEC-KEY-SHOWN`. */
    readonly variables: Readonly<Record<string, unknown>>;
  } | null;
  readonly allowsConnections: boolean | null;
  readonly denialReason: string | null;
}

const socketHealthSchema = z.looseObject({
  status: z.string().min(1),
  environment: z.string().optional(),
  config: z.looseObject({ pre_connection_auth_required: z.boolean().optional() }).optional(),
  e2e_testing: z
    .looseObject({
      enabled: z.boolean(),
      auth_bypass_active: z.boolean().optional(),
      variables: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
  service_availability: z
    .looseObject({
      allow_websocket_connections: z.boolean().optional(),
      denial_reason: z.string().nullish(),
    })
    .optional(),
});

/** Parses the body of `/ws/health` of either generation; the violations are of `HLT-BODY`. */
export function parseSocketHealth(body: unknown): Checked<SocketHealthReport> {
  const checked = checkBody(socketHealthSchema, body, 'HLT-BODY', '/ws/health');
  if (!checked.ok) return checked;
  const { status, environment, config, e2e_testing: testing, service_availability: service } = checked.value;
  return {
    ok: true,
    value: {
      status,
      standing: standingOf(status),
      environment: environment ?? null,
      preConnectionAuthRequired: config?.pre_connection_auth_required ?? null,
      testing:
        testing === undefined
          ? null
          : {
              enabled: testing.enabled,
              authBypassActive: testing.auth_bypass_active ?? null,
              variables: testing.variables ?? {},
            },
      allowsConnections: service?.allow_websocket_connections ?? null,
      denialReason: service?.denial_reason ?? null,
    },
  };
}

/** What `/api/system/info` says (wire-contract.md §1.9); the real target answers 500 here. */
export interface SystemReport {
  readonly revision: string | null;
  readonly version: string | null;
  readonly environment: string | null;
  /** Memory of the service process, where the target exposes it. */
  readonly memoryMb: number | null;
}

const systemSchema = z.looseObject({
  git_commit: z.string().nullish(),
  version: z.string().nullish(),
  environment: z.string().nullish(),
  memory_mb: z.number().nullish(),
});

/** Parses the body of `/api/system/info`; the violations are of `HLT-BODY`. */
export function parseSystemInfo(body: unknown): Checked<SystemReport> {
  const checked = checkBody(systemSchema, body, 'HLT-BODY', '/api/system/info');
  if (!checked.ok) return checked;
  const { git_commit: revision, version, environment, memory_mb: memoryMb } = checked.value;
  return {
    ok: true,
    value: {
      revision: revision === '' ? null : (revision ?? null),
      version: version ?? null,
      environment: environment ?? null,
      memoryMb: memoryMb ?? null,
    },
  };
}

function standingOf(status: string): HealthStanding {
  if (UP_STATUSES.includes(status)) return 'up';
  return status === 'degraded' ? 'degraded' : 'down';
}
