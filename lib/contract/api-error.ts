import { isJsonObject, objectField, textField } from './json-object.ts';

/** An error body of the HTTP API in one shape (wire-contract.md §1.2); texts are as received. */
export interface ApiError {
  /** `handler`: the body of the error handler; `detail`: plain FastAPI; `middleware`: `error` as a code. */
  readonly form: 'handler' | 'detail' | 'middleware';
  readonly code: string | null;
  readonly message: string | null;
  /** The status that was raised before it was re-mapped (wire-contract.md §1.2.1). */
  readonly originalStatus: number | null;
  readonly retryAfterSec: number | null;
}

/** Folds a parsed error body; null when it has none of the published forms. */
export function foldApiError(body: unknown): ApiError | null {
  if (!isJsonObject(body)) return null;
  const details = objectField(body, 'details');
  const originalStatus = details === null ? null : numberOf(details['status_code']);
  const retryAfterSec =
    details === null ? null : numberOf(details['retry_after'] ?? details['retry_after_seconds']);
  if (body['error'] === true) {
    const code = textField(body, 'error_code');
    return { form: 'handler', code, message: textField(body, 'message'), originalStatus, retryAfterSec };
  }
  if (body['detail'] !== undefined) {
    const message = textField(body, 'detail');
    return { form: 'detail', code: null, message, originalStatus: null, retryAfterSec: null };
  }
  const code = textField(body, 'error');
  if (code === null) return null;
  return { form: 'middleware', code, message: textField(body, 'message'), originalStatus, retryAfterSec };
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
