import { type BrowserPart, browserPartsOf } from '../contract/browser-opening.ts';
import { foldWelcome } from '../contract/welcome.ts';
import { isJsonObject } from '../contract/json-object.ts';
import { SessionFrameType } from '../contract/event-type.ts';
import type {
  AuthTransport,
  CloseFacts,
  Evidence,
  EvidenceBody,
  NetworkPhase,
} from '../evidence/evidence.ts';
import { assertNever } from '../foundation/errors.ts';
import type { TokenKinds } from './token-kinds.ts';

/** How far one attempt at a session came. */
export type SessionOutcome =
  'welcomed' | 'error-frame' | 'closed' | 'silent' | 'refused' | 'failed' | 'unanswered';

/** One opening handshake and all that followed on its connection. */
export interface SessionFact {
  /** Records that tell it: the handshake, its welcome or error frame, its end. */
  readonly evidence: readonly string[];
  readonly check: string | null;
  readonly atMs: number;
  readonly connection: string;
  readonly path: string;
  readonly transport: AuthTransport;
  /** What its opening handshake carried of that of a browser. */
  readonly browserParts: readonly BrowserPart[];
  /** `valid`, `none`, or the name of the token's deliberate defect. */
  readonly token: string;
  readonly subject: string | null;
  readonly outcome: SessionOutcome;
  /** HTTP status of a refusal. */
  readonly status: number | null;
  readonly retryAfter: boolean;
  readonly bodySample: string;
  readonly failure: { readonly phase: NetworkPhase; readonly code: string | null } | null;
  /** User of the welcome; null when none was named. */
  readonly welcomedAs: string | null;
  readonly close: CloseFacts | null;
  readonly turns: readonly BodyOf<'chat.turn'>[];
}

type BodyOf<K extends EvidenceBody['kind']> = Extract<EvidenceBody, { readonly kind: K }>;

interface Following {
  readonly ids: string[];
  welcome: string | null | undefined;
  hasErrorFrame: boolean;
  close: CloseFacts | null;
  readonly turns: BodyOf<'chat.turn'>[];
}

/** Folds the records of each connection into one fact, in the order in which they were opened. */
export function sessionsOf(evidence: readonly Evidence[], tokens: TokenKinds): readonly SessionFact[] {
  const following = new Map<string, Following>();
  const of = (connection: string): Following => {
    const known = following.get(connection);
    if (known !== undefined) return known;
    const fresh: Following = { ids: [], welcome: undefined, hasErrorFrame: false, close: null, turns: [] };
    following.set(connection, fresh);
    return fresh;
  };
  for (const { id, body } of evidence) {
    if (body.kind === 'ws.close') {
      const entry = of(body.connection);
      entry.close = body;
      entry.ids.push(id);
    } else if (body.kind === 'chat.turn') {
      of(body.connection).turns.push(body);
    } else if (body.kind === 'ws.message' && body.direction === 'in') {
      takeMessage(of(body.connection), id, body);
    }
  }
  return evidence.flatMap(({ id, check, atMs, body }) => {
    if (body.kind !== 'ws.handshake') return [];
    const after = of(body.connection);
    const { outcome } = body;
    return [
      {
        evidence: [id, ...after.ids],
        check,
        atMs,
        connection: body.connection,
        path: pathOf(body.url),
        transport: body.transport,
        browserParts: browserPartsOf(body.requestHeaders),
        token: tokens.kindOf(body.tokenFingerprint ?? null),
        subject: body.subject,
        outcome: outcomeOf(body, after),
        status: outcome.kind === 'refused' ? outcome.status : null,
        retryAfter: outcome.kind === 'refused' && outcome.headers['retry-after'] !== undefined,
        bodySample: outcome.kind === 'refused' ? outcome.bodySample : '',
        failure: outcome.kind === 'failed' ? { phase: outcome.phase, code: outcome.code } : null,
        welcomedAs: after.welcome ?? null,
        close: after.close,
        turns: after.turns,
      },
    ];
  });
}

function takeMessage(entry: Following, id: string, message: BodyOf<'ws.message'>): void {
  if (entry.welcome === undefined && message.sample !== null && message.type !== null) {
    const root = parsed(message.sample);
    const welcome = root === null ? null : foldWelcome(root, message.type);
    if (welcome !== null) {
      entry.welcome = welcome.userId;
      entry.ids.push(id);
      return;
    }
  }
  if (message.type === SessionFrameType.Error && !entry.hasErrorFrame) {
    entry.hasErrorFrame = true;
    entry.ids.push(id);
  }
}

function outcomeOf({ outcome }: BodyOf<'ws.handshake'>, after: Following): SessionOutcome {
  switch (outcome.kind) {
    case 'refused':
      return 'refused';
    case 'failed':
      return 'failed';
    case 'censored':
      return 'unanswered';
    case 'open':
      if (after.welcome !== undefined) return 'welcomed';
      if (after.hasErrorFrame) return 'error-frame';
      return after.close !== null && after.close.initiator !== 'local' ? 'closed' : 'silent';
    default:
      return assertNever(outcome);
  }
}

/** The member that `JSON.parse` gives for a sample that was cut is none at all. */
function parsed(sample: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(sample);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Path of a URL; the text itself when it is none. */
export function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}
