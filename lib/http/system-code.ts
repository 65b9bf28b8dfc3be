/** Returns the system or library code of an error (ECONNREFUSED, CERT_HAS_EXPIRED, …), also of its first part or cause. */
export function systemCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
  if (error instanceof AggregateError) return systemCode(error.errors[0]);
  return systemCode(error.cause);
}
