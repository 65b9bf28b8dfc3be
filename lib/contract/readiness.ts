import { z } from 'zod';
import { checkBody, type Checked } from './schema-check.ts';

/** States of the readiness validator (wire-contract.md §1.4). */
export const READINESS_STATES = [
  'unknown',
  'initializing',
  'dependencies_ready',
  'services_ready',
  'websocket_ready',
  'failed',
  'bypassed_for_staging',
  'degraded_but_functional',
] as const;

const websocketReadinessSchema = z.looseObject({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  websocket_ready: z.boolean(),
  details: z
    .looseObject({
      websocket_ready: z.boolean().optional(),
      state: z.enum(READINESS_STATES).optional(),
      elapsed_time: z.number().optional(),
      failed_services: z.array(z.string()).optional(),
      warnings: z.array(z.string()).optional(),
      gcp_environment: z.boolean().optional(),
      cloud_run: z.boolean().optional(),
      bypass_active: z.boolean().optional(),
      environment: z.string().optional(),
    })
    .optional(),
});

const readyBodySchema = z.looseObject({
  status: z.string().min(1),
  message: z.string().optional(),
  environment: z.string().optional(),
  core_db: z.string().optional(),
  redis_db: z.string().optional(),
  clickhouse_db: z.string().optional(),
  websocket_readiness: websocketReadinessSchema.optional(),
});

/** What `/health/ready` says, in both generations (wire-contract.md §1.3.1, §1.4). */
export interface ReadinessReport {
  readonly status: string;
  /** `says-not-ready` needs a statement; the constant body of the newer generation proves only that the process answers. */
  readonly standing: 'says-ready' | 'says-not-ready' | 'constant';
  readonly websocketReady: boolean | null;
  readonly state: (typeof READINESS_STATES)[number] | null;
  /** As the target measured it, in seconds. */
  readonly elapsedSec: number | null;
  readonly failedServices: readonly string[];
  readonly warnings: readonly string[];
  readonly environment: string | null;
  readonly gcpEnvironment: boolean | null;
  readonly cloudRun: boolean | null;
}

/** Parses the body of `/health/ready`; the violations are of `HLT-BODY`. */
export function parseReadiness(body: unknown): Checked<ReadinessReport> {
  const checked = checkBody(readyBodySchema, body, 'HLT-BODY', '/health/ready');
  if (!checked.ok) return checked;
  const { value } = checked;
  const readiness = value.websocket_readiness;
  const details = readiness?.details;
  const statesReady = value.status === 'ready' || value.status === 'healthy' || value.status === 'ok';
  const socketsReady = readiness?.websocket_ready ?? true;
  const isConstant = readiness === undefined && value.core_db === undefined && statesReady;
  return {
    ok: true,
    value: {
      status: value.status,
      standing: isConstant ? 'constant' : statesReady && socketsReady ? 'says-ready' : 'says-not-ready',
      websocketReady: readiness?.websocket_ready ?? null,
      state: details?.state ?? null,
      elapsedSec: details?.elapsed_time ?? null,
      failedServices: details?.failed_services ?? [],
      warnings: details?.warnings ?? [],
      environment: value.environment ?? details?.environment ?? null,
      gcpEnvironment: details?.gcp_environment ?? null,
      cloudRun: details?.cloud_run ?? null,
    },
  };
}
