/** Why the exchange gave no token, for the diagnosis. */
type ExchangeRefusalReason =
  | 'bypass-in-production'
  | 'bypass-key-missing'
  | 'bypass-key-rejected'
  | 'bypass-not-configured'
  | 'request-invalid'
  | 'issuing-failed'
  | 'endpoint-missing'
  | 'redirected'
  | 'unexpected-body'
  | 'unexpected-status';

export interface ExchangeRefusal {
  readonly reason: ExchangeRefusalReason;
  readonly meaning: string;
  readonly next: string;
}

/** Explains an answer of the exchange that is no token, by status and `detail` (wire-contract.md §1.11). */
export function explainRefusal(status: number, detail: string | null): ExchangeRefusal {
  switch (status) {
    case 200:
      return refusal(
        'unexpected-body',
        'the body holds no token',
        'Check that AUTH_SERVICE_URL is the auth service.',
      );
    case 401:
      return detail !== null && /required/i.test(detail)
        ? refusal(
            'bypass-key-missing',
            'the key did not arrive',
            'Check that no proxy removes the header X-E2E-Bypass-Key.',
          )
        : refusal(
            'bypass-key-rejected',
            'the key is not the one of the server',
            'Get the current E2E_OAUTH_SIMULATION_KEY from the auth team.',
          );
    case 403:
      return refusal(
        'bypass-in-production',
        'the auth service runs as production',
        'Check AUTH_SERVICE_URL and the ENVIRONMENT of the auth service.',
      );
    case 404:
    case 405:
      return refusal(
        'endpoint-missing',
        'there is no such endpoint',
        'Check AUTH_SERVICE_URL and the deployed revision.',
      );
    case 422:
      return refusal(
        'request-invalid',
        'the request body was not understood',
        'Compare the request with the deployed revision of the auth service.',
      );
    case 500:
      return refusal(
        'issuing-failed',
        'the auth service could not issue the token',
        'Look at the log of the auth service.',
      );
    case 503:
      return detail !== null && /not configured/i.test(detail)
        ? refusal(
            'bypass-not-configured',
            'the server has no bypass key',
            'Have the auth team set E2E_OAUTH_SIMULATION_KEY and ENVIRONMENT=staging on the auth service.',
          )
        : refusal(
            'unexpected-status',
            'the auth service is not available',
            'Check the readiness of the auth service.',
          );
    default:
      return status >= 300 && status < 400
        ? refusal(
            'redirected',
            'the answer is a redirect, which is never followed with a key',
            'Set AUTH_SERVICE_URL to the final address.',
          )
        : refusal(
            'unexpected-status',
            'the status is none that the exchange declares',
            'Check AUTH_SERVICE_URL and what stands in front of it.',
          );
  }
}

function refusal(reason: ExchangeRefusalReason, meaning: string, next: string): ExchangeRefusal {
  return { reason, meaning, next };
}
