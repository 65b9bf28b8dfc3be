import { isJsonObject, objectField, textField, type JsonObject } from './json-object.ts';

/** The error frames that were seen (wire-contract.md §3.4). */
export type ErrorVariant = 'E1' | 'E2' | 'E3' | 'E4' | 'E5' | 'E6' | 'E7' | 'E8' | 'E9' | 'E10' | 'E11';

/** An error frame of the server in one shape; texts are as received, so they must be redacted before they are stored. */
export interface ErrorFrame {
  readonly variant: ErrorVariant;
  readonly wireType: string;
  readonly code: string | null;
  readonly message: string | null;
  readonly details: JsonObject | null;
}

const ERROR_TYPES: ReadonlySet<string> = new Set([
  'error_message',
  'error',
  'authentication_error',
  'connection_error',
  'system_error',
  'auth_error',
]);

/** Values of `data.event` by which a `system_message` reports an error (E10). */
const RECOVERY_EVENTS: ReadonlySet<string> = new Set([
  'connection_recovery',
  'connection_closing',
  'degraded_mode',
  'degraded_mode_active',
  'handler_degraded_mode',
  'emergency_maintenance',
]);

/** Folds E1–E11 into one shape (wire-contract.md §3.4); null when the message is no error frame. */
export function foldErrorFrame(root: JsonObject, wireType: string): ErrorFrame | null {
  const data = objectField(root, 'data');
  const event = data === null ? null : textField(data, 'event');
  const isRecovery = wireType === 'system_message' && event !== null && RECOVERY_EVENTS.has(event);
  if (!isRecovery && !ERROR_TYPES.has(wireType)) return null;
  const payload = objectField(root, 'payload');
  const error = root['error'];
  const nested = isJsonObject(error) ? error : null;
  const code =
    textField(root, 'error_code') ??
    inner(data, 'error_code') ??
    inner(nested, 'code') ??
    inner(payload, 'error_code') ??
    textField(root, 'code') ??
    inner(data, 'code') ??
    inner(data, 'support_code');
  const message =
    textField(root, 'error_message') ??
    inner(data, 'error_message') ??
    inner(nested, 'message') ??
    inner(payload, 'error') ??
    inner(payload, 'error_message') ??
    textField(root, 'message') ??
    (typeof error === 'string' && error !== '' ? error : null) ??
    inner(data, 'message');
  return {
    variant: isRecovery ? 'E10' : variantOf(root, wireType, data, payload, nested),
    wireType,
    code,
    message,
    details: objectField(root, 'details') ?? (data === null ? null : objectField(data, 'details')),
  };
}

function variantOf(
  root: JsonObject,
  wireType: string,
  data: JsonObject | null,
  payload: JsonObject | null,
  nested: JsonObject | null,
): ErrorVariant {
  if (wireType === 'authentication_error') return 'E7';
  if (wireType === 'connection_error' || wireType === 'system_error') return 'E8';
  if (wireType === 'auth_error') return 'E11';
  if (wireType === 'error_message') return data !== null && root['error_code'] === undefined ? 'E2' : 'E1';
  if (nested !== null) return 'E3';
  if (payload !== null) return payload['error'] === undefined ? 'E9' : 'E5';
  return typeof root['error'] === 'string' ? 'E6' : 'E4';
}

function inner(object: JsonObject | null, name: string): string | null {
  return object === null ? null : textField(object, name);
}
