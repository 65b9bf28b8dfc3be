import { BEHAVIOUR_NAMES, type Behaviour } from '../contract/behaviour.ts';
import { foldErrorFrame } from '../contract/error-frame.ts';
import { parseHealth } from '../contract/health.ts';
import { isJsonObject, type JsonObject, textField } from '../contract/json-object.ts';
import { UNKNOWN_SOCKET_PATH } from '../contract/socket-path.ts';
import { foldWelcome, matchIdentity } from '../contract/welcome.ts';
import type { Evidence, EvidenceBody } from './evidence.ts';
import type { SeenBehaviour } from './fingerprint.ts';
import type { RunRecord } from './run-record.ts';

type BodyOf<K extends EvidenceBody['kind']> = Extract<EvidenceBody, { readonly kind: K }>;
type Where = Pick<RunRecord['target'], 'backendUrl' | 'websocketUrl'>;

/** Types of a welcome frame: one of them that cannot be read is no welcome of a known generation. */
const WELCOME_TYPES: readonly string[] = ['connection_established', 'connect', 'connection_ack'];
/** What only a server that has read our message sends. */
const ANSWER_TYPES: readonly string[] = [
  'pong',
  'ack',
  'heartbeat_ack',
  'handshake_complete',
  'agent_started',
];
/** The user of demo mode, as whole and as cut welcomes show it (wire-contract.md §0.3). */
const DEMO_USER = 'demo-use';
/** Answers of a hop or an application that has no such path, or refuses who asks there. */
const REFUSED: readonly number[] = [400, 401, 403, 404, 405, 410, 426];
/** A path that exists answers another method with one of these, unless it refuses the caller first. */
const PATH_EXISTS: readonly number[] = [200, 401, 403, 405, 422];

/** What is known of one connection while its records go by. */
interface Followed {
  readonly subject: string | null;
  readonly hasValidToken: boolean;
  isFirst: boolean;
  hasSpoken: boolean;
}

/**
 * Every way in which the behaviours of wire-contract.md §9.3 were seen in a run, in a fixed order: pure, from the evidence
 * alone. Requests to other hosts, connections of other paths, and tokens that are bad on purpose are told apart.
 */
export function seenBehaviours(evidence: readonly Evidence[], target: Where): readonly SeenBehaviour[] {
  const seen: SeenBehaviour[] = [];
  const add = ({ id, atMs }: Evidence, behaviour: Behaviour, value: string): void => {
    seen.push({ behaviour, value, count: 1, firstAtMs: atMs, lastAtMs: atMs, evidence: id });
  };
  const invalid = new Set(
    evidence.flatMap(({ body }) =>
      body.kind === 'token' && body.invalid !== null ? [body.fingerprint] : [],
    ),
  );
  const servesAnyPath = evidence.some(
    ({ body }) => body.kind === 'ws.handshake' && isUnknownPath(body, target),
  );
  const followed = new Map<string, Followed>();
  for (const one of evidence) {
    if (one.body.kind !== 'ws.handshake') continue;
    if (!servesAnyPath) takeOldPaths(one, one.body, target, add);
    takeEcho(one, one.body, target, add);
    const { body } = one;
    const token = body.tokenFingerprint ?? null;
    if (isAt(body.url, target.websocketUrl)) {
      followed.set(body.connection, {
        subject: body.subject,
        hasValidToken: token !== null && !invalid.has(token),
        isFirst: true,
        hasSpoken: false,
      });
    }
  }
  for (const one of evidence) {
    const { body } = one;
    if (body.kind === 'http.exchange') takeExchange(one, body, target, add);
    if (body.kind !== 'ws.message' && body.kind !== 'ws.close') continue;
    const connection = followed.get(body.connection);
    if (connection === undefined) continue;
    if (body.kind === 'ws.close') takeClose(one, body, add);
    else if (body.direction === 'out') connection.hasSpoken = true;
    else takeMessage(one, body, connection, add);
  }
  return foldSeen(seen);
}

/** Puts equal observations together, in a fixed order; the record that is named is that of the earliest. */
export function foldSeen(observations: readonly SeenBehaviour[]): readonly SeenBehaviour[] {
  const folded = new Map<string, SeenBehaviour>();
  for (const one of observations) {
    const key = `${one.behaviour} ${one.value}`;
    const known = folded.get(key) ?? { ...one, count: 0 };
    folded.set(key, {
      ...known,
      count: known.count + one.count,
      firstAtMs: Math.min(known.firstAtMs, one.firstAtMs),
      lastAtMs: Math.max(known.lastAtMs, one.lastAtMs),
      evidence: one.firstAtMs < known.firstAtMs ? one.evidence : known.evidence,
    });
  }
  return BEHAVIOUR_NAMES.flatMap((name) =>
    [...folded.values()]
      .filter(({ behaviour }) => behaviour === name)
      .toSorted((a, b) => (a.value < b.value ? -1 : 1)),
  );
}

type Add = (one: Evidence, behaviour: Behaviour, value: string) => void;

function takeExchange(one: Evidence, body: BodyOf<'http.exchange'>, target: Where, add: Add): void {
  const { outcome } = body;
  if (outcome.kind !== 'answered' || body.method !== 'GET') return;
  if (isAt(body.url, `${target.backendUrl}/health`) && outcome.status === 200) {
    const health = parseHealth(parsed(outcome.bodySample));
    if (health.ok) add(one, 'health-body', health.value.form);
  }
  if (isAt(body.url, `${target.backendUrl}/api/websocket/ticket`)) {
    const status = outcome.status === 500 ? originalStatus(outcome.bodySample) : outcome.status;
    if (status === 404) add(one, 'ticket-path', 'absent');
    if (status !== null && PATH_EXISTS.includes(status)) add(one, 'ticket-path', 'exists');
  }
}

/** A target that accepts a path which no generation has accepts every path: the old ones then tell nothing. */
function isUnknownPath({ url, outcome }: BodyOf<'ws.handshake'>, { websocketUrl }: Where): boolean {
  return outcome.kind === 'open' && isAt(url, new URL(UNKNOWN_SOCKET_PATH, websocketUrl).href);
}

function takeOldPaths(one: Evidence, body: BodyOf<'ws.handshake'>, target: Where, add: Add): void {
  const { outcome } = body;
  for (const [behaviour, path] of [
    ['websocket-path', '/websocket'],
    ['ws-test-path', '/ws/test'],
  ] as const) {
    if (!isAt(body.url, new URL(path, target.websocketUrl).href)) continue;
    if (outcome.kind === 'open') add(one, behaviour, 'accepted');
    if (outcome.kind === 'refused' && REFUSED.includes(outcome.status)) add(one, behaviour, 'refused');
  }
}

function takeEcho(one: Evidence, body: BodyOf<'ws.handshake'>, target: Where, add: Add): void {
  const { outcome, offered } = body;
  const [bare, bearing, ...others] = offered;
  if (!isAt(body.url, target.websocketUrl) || outcome.kind !== 'open' || others.length > 0) return;
  if (bare !== 'jwt-auth' || bearing?.startsWith('jwt.') !== true) return;
  if (outcome.subprotocol === bare) add(one, 'subprotocol-echo', 'bare');
  // A hop that removes the echo says nothing about who is behind it.
  else if (outcome.subprotocol?.startsWith('jwt.') === true) add(one, 'subprotocol-echo', 'token');
}

function takeMessage(one: Evidence, body: BodyOf<'ws.message'>, connection: Followed, add: Add): void {
  const { type, sample } = body;
  if (type === null) return;
  if (connection.hasSpoken && ANSWER_TYPES.includes(type)) add(one, 'first-message', 'answered');
  if (!connection.isFirst) return;
  const root = sample === null ? null : parsed(sample);
  if (!isJsonObject(root)) {
    if (!WELCOME_TYPES.includes(type)) return;
    connection.isFirst = false;
    add(one, 'welcome', 'unreadable');
    return;
  }
  const welcome = foldWelcome(root, type);
  if (welcome !== null) {
    connection.isFirst = false;
    add(one, 'welcome', welcome.variant);
    if (!connection.hasValidToken || connection.subject === null) return;
    const match = matchIdentity(welcome, connection.subject);
    if (match === 'proven' || match === 'compatible') add(one, 'identity', 'own');
    if (match === 'contradicted' && welcome.userId?.startsWith(DEMO_USER) === true) {
      add(one, 'identity', 'demo');
    }
    return;
  }
  const error = foldErrorFrame(root, type);
  if (error === null) return;
  connection.isFirst = false;
  if (connection.hasValidToken) return;
  const errorType = textField(error.details ?? {}, 'error_type');
  add(one, 'auth-failure', errorType === 'AttributeError' ? 'attribute-error' : 'error-frame');
}

function takeClose(one: Evidence, body: BodyOf<'ws.close'>, add: Add): void {
  const isCleanup = body.code === 1000 && body.reason === 'main cleanup' && body.initiator === 'remote';
  if (isCleanup && body.afterFirstClientMessage) add(one, 'first-message', 'main-cleanup');
}

/** The status before error bodies were re-mapped (wire-contract.md §1.2.1); null when the body does not tell. */
function originalStatus(bodySample: string): number | null {
  const root = parsed(bodySample);
  const details: unknown = isJsonObject(root) ? root['details'] : null;
  const status: unknown = isJsonObject(details) ? details['status_code'] : null;
  return typeof status === 'number' ? status : null;
}

/** Same host and path, and no query: a query may select another mode (wire-contract.md §2.1). */
function isAt(url: string, wanted: string): boolean {
  if (!URL.canParse(url) || !URL.canParse(wanted)) return false;
  const [a, b] = [new URL(url), new URL(wanted)];
  return a.host === b.host && a.pathname === b.pathname && a.search === '';
}

/** A sample that was cut is no JSON. */
function parsed(sample: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(sample);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
