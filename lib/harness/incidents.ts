import type { User } from '../auth/user.ts';
import { generationList, generationsOf } from '../contract/behaviour.ts';
import { ping, startAgent } from '../contract/client-message.ts';
import { foldRepeated } from '../contract/header-value.ts';
import { isRevision } from '../contract/revision.ts';
import { HarnessError } from '../foundation/errors.ts';
import { awaitWelcome } from '../ws/welcome.ts';
import type { CheckContext } from './check-context.ts';
import {
  awaitReply,
  awaitTurnEnd,
  initialised,
  isPong,
  outcomeOf,
  readyForTrigger,
  startAtOnce,
  trySend,
} from './first-reply.ts';
import { openingsRefused, type TriggerOutcome } from './reproduction.ts';

const PROMPT = 'Regression: use no tools and answer with the word done.';

/** start_agent in the moment of the opening, `attempts` times by distinct users; a late 1011 counts until the turn has ended. */
export async function startAtOpening(t: CheckContext, attempts: number): Promise<readonly TriggerOutcome[]> {
  return Promise.all(
    t
      .users(attempts)
      .map(async (user) => startAtOnce(t, { token: await t.token(user), firstMessage: startAgent(PROMPT) })),
  );
}

/** `attempts` starts of one user at the same moment, each on a connection of its own. */
export async function startTogether(t: CheckContext, attempts: number): Promise<readonly TriggerOutcome[]> {
  const refused = await openingsRefused(t);
  // Where connecting again fails, connections of one user say nothing about their starts.
  if (refused !== null) throw refused;
  const user = t.user();
  const opened = await Promise.all(Array.from({ length: attempts }, async () => readyForTrigger(t, user)));
  const ready = opened.filter((one) => one.kind === 'ready');
  // Fewer starts at the same moment are another trigger.
  if (ready.length < attempts) {
    const why = 'another connection of the user did not get as far as its start';
    return opened.map((one) => (one.kind === 'ended' ? one.outcome : { kind: 'undecided', why }));
  }
  for (const { connection, threadId } of ready) trySend(connection, startAgent(PROMPT, { threadId }));
  const what = 'the end of a turn';
  return Promise.all(
    ready.map(async ({ connection }) => {
      const reply = await awaitTurnEnd(t, connection);
      return outcomeOf(reply, what, [connection.facts.evidence]);
    }),
  );
}

/** `attempts` connections of one user that are all open at once: each needs services of its own. */
export async function initialiseMany(t: CheckContext, attempts: number): Promise<readonly TriggerOutcome[]> {
  const token = await t.token(t.user());
  const outcomes: TriggerOutcome[] = [];
  while (outcomes.length < attempts) outcomes.push(await initialised(t, { token }));
  return outcomes;
}

/** Connected, welcomed, a finished turn, and alive after it: the progression that once fell back to disconnected. */
export async function progress(t: CheckContext, attempts: number): Promise<readonly TriggerOutcome[]> {
  return Promise.all(
    t.users(attempts).map(async (user): Promise<TriggerOutcome> => {
      const opened = await readyForTrigger(t, user);
      if (opened.kind === 'ended') return opened.outcome;
      const { connection, threadId } = opened;
      const evidence = [connection.facts.evidence];
      trySend(connection, startAgent(PROMPT, { threadId }));
      const turn = 'the end of a turn';
      const ended = await awaitTurnEnd(t, connection);
      if (ended.kind !== 'message') return outcomeOf(ended, turn, evidence);
      trySend(connection, ping());
      const what = 'a pong after the turn';
      const budgetMs = t.budgets.welcome.failMs ?? 5_000;
      const alive = await awaitReply(t, connection, { what, budgetMs, accepts: isPong });
      return outcomeOf(alive, what, evidence);
    }),
  );
}

/** A message that leaves before any welcome can have come: it must be queued and answered. */
export async function messageBeforeWelcome(
  t: CheckContext,
  attempts: number,
): Promise<readonly TriggerOutcome[]> {
  const what = 'a pong';
  const budgetMs = t.budgets.welcome.failMs ?? 5_000;
  return Promise.all(
    t.users(attempts).map(async (user): Promise<TriggerOutcome> => {
      const result = await t.connect({ token: await t.token(user), firstMessage: ping() });
      if (result.kind !== 'open')
        return { kind: 'undecided', why: `the opening handshake ended as ${result.kind}` };
      const { connection, evidence } = result;
      const reply = await awaitReply(t, connection, { what, budgetMs, accepts: isPong });
      if (reply.kind !== 'silence') return outcomeOf(reply, what, [evidence]);
      trySend(connection, ping());
      const later = await awaitReply(t, connection, { what, budgetMs, accepts: isPong });
      if (later.kind !== 'message') return outcomeOf(later, what, [evidence]);
      const actual = `no answer within ${budgetMs} ms, while a later ping on the same connection is answered`;
      return {
        kind: 'reproduced',
        rule: 'WS-MESSAGE-LOST',
        where: 'first message',
        actual,
        evidence: [evidence],
      };
    }),
  );
}

/** How one opening stands to the deployment that was expected; null when it does not tell. */
interface OpeningAnswer {
  readonly isExpected: boolean | null;
  readonly told: string;
  readonly evidence: string;
}

/**
 * Every opening answered by another revision than the expected one, while the run as a whole found it stale; where no revision is
 * told and the policy judges by behaviours, by a welcome of another generation.
 */
export async function staleOpenings(t: CheckContext, attempts: number): Promise<readonly TriggerOutcome[]> {
  const answers = await Promise.all(t.users(attempts).map(async (user) => openingAnswer(t, user)));
  const isStaleFromTheStart = t.rung('revision').state === 'broken';
  const stale = answers.filter(({ isExpected }) => isExpected === false);
  return answers.map(({ isExpected, told, evidence }): TriggerOutcome => {
    if (isExpected === null) return { kind: 'undecided', why: told };
    if (isExpected || !isStaleFromTheStart) return { kind: 'absent' };
    if (stale.length < answers.length) return { kind: 'undecided', why: 'several revisions answer' };
    const where = `${stale.length} of ${answers.length} openings`;
    return { kind: 'reproduced', rule: 'HLT-REVISION-STALE', where, actual: told, evidence: [evidence] };
  });
}

/** Characters shown of what is told as a revision and is none. */
const MAX_SHOWN = 40;

async function openingAnswer(t: CheckContext, user: User): Promise<OpeningAnswer> {
  const { expectedRevision, revisionHeader } = t.settings;
  const result = await t.connect({ token: await t.token(user) });
  const { evidence } = result;
  const revision =
    result.kind === 'open' ? foldRepeated(result.connection.facts.headers[revisionHeader] ?? '') : '';
  if (isRevision(revision))
    return { isExpected: revision === expectedRevision, told: `revision ${revision}`, evidence };
  const generation = t.expectedGeneration;
  if (result.kind !== 'open')
    return { isExpected: null, told: 'no 101 answer came that names a revision', evidence };
  if (generation === null) {
    throw new HarnessError(
      'REVISION_UNTOLD',
      `expected the revision in the header ${revisionHeader} of the 101 answer, got ${revision === '' ? 'no such header' : JSON.stringify(revision.slice(0, MAX_SHOWN))}; what answers the openings is not known`,
      {
        next: `Let the target, or the hop that drops it, send ${revisionHeader} on the 101 answer too; or declare the capability revision-on-opening missing in the policy, with owner and reason.`,
      },
    );
  }
  const budgetMs = t.budgets.welcome.failMs ?? 5_000;
  const welcome = await awaitWelcome(result.connection, { budgetMs, signal: t.signal });
  if (welcome.kind !== 'welcome')
    return {
      isExpected: null,
      told: 'no revision is told, and no welcome came that tells a generation',
      evidence,
    };
  const { variant } = welcome.welcome;
  const of = generationsOf('welcome', variant);
  const told = `welcome ${variant}, of ${generationList(of)}`;
  return { isExpected: of.includes(generation), told, evidence };
}

/** Tokens that the exchange has just issued, each to a user of its own, at the door of the socket. */
export async function exchangedTokens(t: CheckContext, attempts: number): Promise<readonly TriggerOutcome[]> {
  const outcomes: TriggerOutcome[] = [];
  for (const user of t.users(attempts)) {
    const token = await t.token(user);
    const result = await t.connect({ token });
    const refused = result.kind === 'refused' && (result.status === 401 || result.status === 403);
    outcomes.push(
      refused
        ? {
            kind: 'reproduced',
            rule: 'AUTH-TOKEN-REFUSED',
            where: 'opening handshake',
            actual: `HTTP ${result.status}`,
            evidence: [result.evidence],
          }
        : result.kind === 'open'
          ? { kind: 'absent' }
          : { kind: 'undecided', why: `the opening handshake ended as ${result.kind}` },
    );
    // One refusal says it; more of them would open the breaker of the target.
    if (refused) break;
  }
  return outcomes;
}

/** Close code 1011 on a target that says it is not ready: the two were one incident (requirements.md S0-12). */
export async function internalErrorsWhileNotReady(
  t: CheckContext,
  attempts: number,
): Promise<readonly TriggerOutcome[]> {
  const token = await t.token(t.user());
  const outcomes = await Promise.all(Array.from({ length: attempts }, async () => initialised(t, { token })));
  const readiness = t.rung('readiness');
  if (readiness.state === 'held' || readiness.state === 'not-applicable')
    return outcomes.map((outcome) =>
      outcome.kind === 'reproduced'
        ? { kind: 'undecided', why: `${outcome.actual}, on a target that says it is ready` }
        : outcome,
    );
  return outcomes.map((outcome) =>
    outcome.kind === 'reproduced'
      ? { ...outcome, actual: `${outcome.actual}, while readiness says: ${readiness.actual}` }
      : { kind: 'undecided', why: `readiness says: ${readiness.actual}` },
  );
}
