import type { Token } from '../auth/token.ts';
import type { TokenSource } from '../auth/token-source.ts';
import type { User } from '../auth/user.ts';
import type { Settings } from '../config/settings.ts';
import type { Budgets } from '../contract/budget.ts';
import type { RuleId } from '../contract/rule.ts';
import type { AuthTransport } from '../evidence/evidence.ts';
import type { ExpectedFingerprint } from '../evidence/fingerprint.ts';
import type { CheckRecorder, Recorder } from '../evidence/ledger.ts';
import type { RevisionReading } from '../evidence/run-record.ts';
import type { Pace } from '../foundation/pace.ts';
import type { SecretIndex } from '../foundation/redaction.ts';
import type { HttpClient, HttpResult } from '../http/http-client.ts';
import type { Connection } from '../ws/connection.ts';
import type { HandshakeResult } from '../ws/handshake.ts';
import type { WelcomeResult } from '../ws/welcome.ts';

/** What one rung found. `broken` was answered and is wrong; `undecided` was not answered, so nothing was judged. */
export type RungOutcome =
  | {
      readonly state: 'held' | 'not-applicable';
      readonly actual: string;
      /** What a reader should know although the rung holds. */
      readonly warnings?: readonly string[];
    }
  | {
      readonly state: 'broken';
      readonly rule: RuleId;
      readonly expected: string;
      readonly actual: string;
    }
  | {
      readonly state: 'undecided';
      readonly expected: string;
      readonly actual: string;
      readonly next: string;
    };

/** What the rungs share on the way up. */
export interface Climb {
  readonly settings: Settings;
  readonly budgets: Budgets;
  readonly budgetFloorMs: number;
  /** Capabilities that the policy declares missing. */
  readonly missingCapabilities: readonly string[];
  readonly revisionPolicy: 'required' | 'fingerprint' | 'unproven-accepted';
  /** What the behaviours must show; null under a policy that does not judge by them. */
  readonly fingerprint: ExpectedFingerprint | null;
  readonly runId: string;
  readonly backend: HttpClient;
  readonly auth: HttpClient;
  readonly tokens: TokenSource;
  readonly secrets: SecretIndex;
  readonly pace: Pace;
  readonly caPem: string | null;
  readonly user: User;
  readonly signal: AbortSignal;
  /** The recorder of the rung that is being climbed. */
  recorder: Recorder;
  /** The recorders of the rungs that were climbed. */
  readonly recorders: CheckRecorder[];
  /** The answer of `/health`, which several rungs read. */
  health: (HttpResult & { readonly kind: 'answered' }) | null;
  /** Our wall time when that answer came, in epoch milliseconds. */
  healthWallMs: number | null;
  /** Milliseconds since the run started. */
  elapsedMs(): number;
  wallTime(): Date;
  token: Token | null;
  readonly attempts: SessionAttempt[];
  connection: Connection | null;
  threadId: string | null;
  readonly readings: RevisionReading[];
  /** True once the target has answered nothing at all for as long as we wait for a sign of life. */
  isMute: boolean;
  /** True once one request was left without an answer: the next is not waited for as long. */
  hasLeftOut: boolean;
}

/** One attempt to get from a token to a welcome, over one transport. */
export interface SessionAttempt {
  readonly transport: AuthTransport;
  readonly handshake: HandshakeResult;
  /** Null when the connection did not open. */
  readonly welcome: WelcomeResult | null;
}

/** Returns the outcome for an HTTP exchange that gave no answer, or null when it did. */
export function unanswered(result: HttpResult, path: string): RungOutcome | null {
  switch (result.kind) {
    case 'answered':
      return null;
    case 'failed':
      if (result.code === 'UND_ERR_HEADERS_OVERFLOW') {
        const expected = `an answer to GET ${path} whose headers a client can take`;
        return { state: 'broken', rule: 'API-HEADERS', expected, actual: result.cause };
      }
      if (result.phase === 'body') {
        return {
          state: 'undecided',
          expected: `a whole answer to GET ${path}`,
          actual: `a status and headers, and a body that was cut off before it was whole: ${result.cause}`,
          next: 'Compare the Content-Length of the answer with its body, in front of and behind every hop; look for one that closes too early.',
        };
      }
      return {
        state: 'undecided',
        expected: `an answer to GET ${path}`,
        actual: `${result.phase === 'request' ? 'no answer' : 'no connection'}: phase ${result.phase}, ${result.cause}`,
        next: 'Check that the address is right and the service is running; nothing else can be judged.',
      };
    case 'censored':
      if (result.phase === 'body') {
        return {
          state: 'broken',
          rule: 'API-UNFINISHED',
          expected: `a body of GET ${path} that ends`,
          actual: `headers, and a body that had not ended after ${result.budgetMs} ms`,
        };
      }
      return {
        state: 'undecided',
        expected: `an answer to GET ${path}`,
        actual: `no answer within ${result.budgetMs} ms (we stopped waiting in phase ${result.phase}; it may still come)`,
        next: 'Raise the budget, or look at the service; a client-side timeout does not say that it is down.',
      };
  }
}
