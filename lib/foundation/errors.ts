/**
 * Codes of harness errors: the target was not judged. Stable; docs/errors.md lists meaning and next step.
 * A broken promise of the target is never one of these: that is a `Violation` (lib/contract/violation.ts).
 */
export const HARNESS_ERROR_CODES = [
  'BACKEND_DIED',
  'BACKEND_START_FAILED',
  'BLOCKED',
  'CAPABILITY_MISSING',
  'CONFIG_INVALID',
  'CONNECTION_CLOSED',
  'CONTROL_MISSING',
  'DEADLINE_EXCEEDED',
  'DISK_WRITE_FAILED',
  'EVIDENCE_MISSING',
  'HANDSHAKE_FAILED',
  'HANDSHAKE_REFUSED',
  'HOOK_FAILED',
  'HTTP_FAILED',
  'INTERRUPTED',
  'LEDGER_UNREADABLE',
  'LIMIT_EXCEEDED',
  'METRIC_STUCK',
  'OBSERVER_SLOW',
  'ORIGIN_UNKNOWN',
  'PLAN_DRIFT',
  'PRODUCTION_GUARD',
  'REPORTER_FAILED',
  'REVISION_UNTOLD',
  'RUNG_UNDECIDED',
  'RUNNER_FAILED',
  'TOKEN_REFUSED',
  'UNEXPECTED_ERROR',
  'UNHANDLED_ERROR',
  'USAGE',
  'WORKER_DIED',
] as const;
export type HarnessErrorCode = (typeof HARNESS_ERROR_CODES)[number];

interface HarnessErrorOptions {
  readonly cause?: unknown;
  /** Machine-readable facts; must already be free of secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** What the reader should do next, one sentence. */
  readonly next?: string;
}

/** An error of the harness, its settings or its surroundings, with a stable `code`; never a verdict about the target. */
export class HarnessError extends Error {
  readonly code: HarnessErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  readonly next: string | null;

  constructor(code: HarnessErrorCode, message: string, options: HarnessErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'HarnessError';
    this.code = code;
    this.details = Object.freeze({ ...options.details });
    this.next = options.next ?? null;
  }
}

/** Returns one line that names an unknown thrown value, without its stack. */
export function describeError(error: unknown): string {
  if (error instanceof HarnessError) return `${error.code}: ${error.message}`;
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.map((part) => describeError(part)).join('; ');
  }
  if (error instanceof Error) {
    const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : '';
    // Errors of the file system say their code already.
    return error.message.startsWith(code)
      ? error.message || error.name
      : `${code}${error.message || error.name}`;
  }
  // Errors that came from another process are plain objects, some without a prototype.
  if (typeof error === 'object' && error !== null) {
    return 'message' in error && typeof error.message === 'string' ? error.message : JSON.stringify(error);
  }
  return String(error);
}

/** Marks a branch that the type system proves unreachable. @throws {TypeError} when it is reached all the same. */
export function assertNever(value: never): never {
  throw new TypeError(`unreachable case: ${JSON.stringify(value)}`);
}
