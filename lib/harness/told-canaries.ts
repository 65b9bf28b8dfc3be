import { HarnessError } from '../foundation/errors.ts';
import { HEARD_KINDS, type ToldCanary } from '../http/canary-book.ts';
import { closingTurns } from './closing-turns.ts';
import type { CheckContext } from './check-context.ts';
import { awaitReply } from './first-reply.ts';

/** Users who write a canary at the end of a run. */
export const LAST_WRITERS = 2;
/** Openings, requests and turns made for it. */
export const LAST_CANARY_REQUESTS = 10;
const SHOWN_RECORDS = 5;
/** Readers without whose texts of a kind nothing was judged; a target need not send control frames. */
const LOOKED_AT = [
  ['http answer', 1],
  ['opening', 2 * LAST_WRITERS],
  ['message', 2 * LAST_WRITERS],
] as const;

/**
 * Has two users write a canary each, one after the other and both connected, and others then do what users do: open a
 * connection, make a mistake, ask over HTTP. What a target tells of the last prompt is told then at the latest. Nobody
 * connects twice: whether a user may is asked elsewhere.
 */
export async function writeLastCanaries(t: CheckContext): Promise<void> {
  await closingTurns(t);
  const users = t.users(2 * LAST_WRITERS);
  const writers = await t.sessions(users.slice(0, LAST_WRITERS));
  for (const [at, writer] of writers.entries()) {
    await t.turn(writer, { prompt: `use no tools and repeat my canary ${t.canary()}`, graceMs: 0 });
    const reader = users[LAST_WRITERS + at];
    if (reader === undefined) throw new TypeError('unreachable: there is one reader for each writer');
    const { connection } = await t.session(reader);
    connection.sendText('{"type":');
    await awaitReply(t, connection, {
      what: 'an answer to an unreadable message',
      budgetMs: t.budgets.handshake.failMs ?? 2_000,
      accepts: ({ frame }) => frame.kind === 'error',
    });
    const token = await t.token(reader);
    await t.request('GET', '/health');
    await t.request('GET', '/api/threads', { token });
    await t.request('GET', '/api/no-such-page', { token });
  }
}

/**
 * Requires that nothing one user of this run wrote was told to another, in whatever check and wherever it stood.
 * @throws {HarnessError} `EVIDENCE_MISSING` when too little was written or looked at, `BLOCKED` when a check of isolation
 * found as much: the red is counted there.
 */
export async function expectToldToNobody(t: CheckContext): Promise<void> {
  const { canaries } = t;
  const looked = HEARD_KINDS.map((kind) => `${canaries.texts(kind)} of kind ${kind}`).join(', ');
  t.note(`canaries of ${canaries.writers.size} users, looked for in texts: ${looked}`);
  const places = placesOf(canaries.told);
  const [first] = places;
  if (first !== undefined) {
    const { where, told } = first;
    const by = await t.failedOf('isolation');
    if (by !== null)
      throw new HarnessError(
        'BLOCKED',
        `isolation is broken as ${by} says; canaries stood in ${places.length} kinds of places, as in ${where} (record ${told[0]?.evidence ?? '-'})`,
        { details: { by }, next: `Mend ${by} first.` },
      );
  }
  for (const { where, told } of places) {
    const { reader = null, writers = [], encoding = '-' } = told[0] ?? {};
    t.expectThat(false, 'ISO-CANARY-LEAK', {
      where,
      expected: 'nothing that another user wrote',
      actual: `to ${reader ?? 'somebody without a token'}, a canary of ${writers.join(' and ')}, as ${encoding}; ${told.length} such case(s)`,
      evidence: told.slice(0, SHOWN_RECORDS).map(({ evidence }) => evidence),
    });
  }
  t.stopIfBroken();
  const missing = LOOKED_AT.filter(([kind, least]) => canaries.readers(kind) < least).map(([kind]) => kind);
  if (canaries.writers.size >= LAST_WRITERS && missing.length === 0) return;
  throw new HarnessError(
    'EVIDENCE_MISSING',
    `expected canaries of ${LAST_WRITERS} users, and texts of each kind to several readers, got canaries of ${canaries.writers.size} and too few texts of kind ${missing.join(', ') || '-'}`,
    { next: 'Repair the golden path first, then judge isolation.' },
  );
}

/** Messages differ by number and paths by id: one place stands for all of its kind. */
function placesOf(
  all: readonly ToldCanary[],
): readonly { readonly where: string; readonly told: readonly ToldCanary[] }[] {
  const byPlace = new Map<string, ToldCanary[]>();
  for (const one of all) {
    const place =
      one.kind === 'message'
        ? 'messages'
        : one.where.replace(/ of the answer to .*/, ' of answers over HTTP');
    const told = byPlace.get(place) ?? [];
    told.push(one);
    byPlace.set(place, told);
  }
  return [...byPlace.values()].map((told) => ({ where: told[0]?.where ?? '-', told }));
}
