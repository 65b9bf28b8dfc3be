import { HarnessError } from '../foundation/errors.ts';
import type { CheckContext } from './check-context.ts';
import type { ChatTurn } from '../ws/turn.ts';
import { type JoinedText, joinedTexts, messageAt } from './joined-text.ts';
import type { Session } from './session.ts';

/** A text that only one user knows. */
interface Mark {
  readonly what: 'canary' | 'user id' | 'thread id';
  readonly text: string;
}

/** How a turn ended. */
type TurnOutcome = Pick<ChatTurn, 'ended' | 'evidence'>;

/** When the events of a turn came. */
export type TurnTimes = Pick<ChatTurn, 'sentAtMs' | 'eventsAtMs'>;

/** One session with the marks of its user. */
export interface Capture {
  readonly session: Session;
  /** What its owner must see. */
  readonly canary: string;
  readonly marks: readonly Mark[];
  readonly threadId: string | null;
}

/**
 * Names what must not reach anybody but the user of this session: a canary, its user id, and the thread it talks in.
 * @param threadId the thread of its turns. Default: that of the session handshake.
 */
export function capture(session: Session, canary: string, threadId = session.threadId): Capture {
  const { subject } = session.connection.facts;
  const marks: Mark[] = [{ what: 'canary', text: canary }];
  if (subject !== null) marks.push({ what: 'user id', text: subject });
  if (threadId !== null) marks.push({ what: 'thread id', text: threadId });
  return { session, canary, marks, threadId };
}

/**
 * Requires that nobody saw a mark of another's, in one of the forms of `encodings`, in one message or in pieces over several: an
 * N x N matrix over all that was received, which is recorded. A silent target cannot pass: every owner must see its own canary. Where its turn ended without it, the answer is wrong; where its
 * turn did not end, isolation was not judged.
 * @param turns the last turn of each capture, in the same order. Default: none was completed.
 * @throws {HarnessError} `EVIDENCE_MISSING` when nothing leaked and an answer is missing.
 */
export function expectIsolated(
  t: CheckContext,
  captures: readonly Capture[],
  turns: readonly TurnOutcome[] = [],
): void {
  const cells = captures.map((owner) => captures.map((reader) => firstHit(owner, reader)));
  const matrix = t.record({
    kind: 'leak.matrix',
    subjects: captures.map(({ session }) => session.connection.facts.subject ?? session.user.name),
    messages: captures.map(({ session }) => session.received.messages.length),
    bytes: captures.map(({ session }) =>
      session.received.messages.reduce((sum, { bytes }) => sum + bytes, 0),
    ),
    cells: cells.map((row) => row.map((hit) => (hit === null ? null : `${hit.what} as ${hit.encoding}`))),
  });
  for (const [ownerAt, owner] of captures.entries()) {
    for (const [readerAt, reader] of captures.entries()) {
      const hit = cells[ownerAt]?.[readerAt] ?? null;
      if (owner === reader) continue;
      t.expectThat(hit === null, 'ISO-CANARY-LEAK', {
        where: `message ${hit?.seq ?? 0} to ${reader.session.user.name}`,
        expected: `nothing of ${owner.session.user.name}`,
        actual: `its ${hit?.what ?? '-'} as ${hit?.encoding ?? '-'}`,
        evidence: [matrix, ...(hit?.evidence === null || hit === null ? [] : [hit.evidence])],
      });
    }
  }
  if (t.violations.length > 0) return;
  expectOwnAnswers(
    t,
    captures.flatMap(({ session }, at) =>
      (cells[at]?.[at] ?? null) === null ? [{ session, turn: turns[at] }] : [],
    ),
  );
}

interface WithoutCanary {
  readonly session: Session;
  readonly turn: TurnOutcome | undefined;
}

/** Who does not see its own canary got a wrong answer, or none: then what others saw proves nothing. */
function expectOwnAnswers(t: CheckContext, missing: readonly WithoutCanary[]): void {
  for (const { session, turn } of missing) {
    t.expectThat(turn?.ended !== 'terminal', 'EVT-RESULT-WRONG', {
      where: `answer to ${session.user.name}`,
      expected: 'its own canary in its own answer',
      actual: `not in any of ${session.received.messages.length} messages`,
      evidence: turn === undefined ? [] : [turn.evidence],
    });
  }
  const [first] = missing;
  if (first === undefined || t.violations.length > 0) return;
  const { session, turn } = first;
  const end = turn === undefined ? '' : `, and its turn ended in ${turn.ended}`;
  throw new HarnessError(
    'EVIDENCE_MISSING',
    `expected every user to see its own canary, got ${missing.length} who did not: ${session.user.name} in none of ${session.received.messages.length} messages${end}; what nobody was told says nothing about isolation`,
    { next: 'Repair the golden path first, then judge isolation.' },
  );
}

/** Requires that nothing of `owner` stands among what `reader` received. */
export function expectNothingOf(t: CheckContext, owner: Capture, reader: Session, rule: LeakRule): void {
  const hit = firstHit(owner, { session: reader, canary: '', marks: [], threadId: null });
  t.expectThat(hit === null, rule, {
    where: `message ${hit?.seq ?? 0} to ${reader.user.name}`,
    expected: `nothing of ${owner.session.user.name}`,
    actual: `its ${hit?.what ?? '-'} as ${hit?.encoding ?? '-'}`,
    evidence: hit?.evidence === null || hit === null ? [] : [hit.evidence],
  });
}

/** Requires that a connection got no agent event of another user than its own, whoever that is. */
export function expectNoForeignEvent(t: CheckContext, reader: Session, rule: LeakRule): void {
  const { subject } = reader.connection.facts;
  for (const { frame, seq, evidence } of reader.received.messages) {
    if (frame.kind !== 'agent-event') continue;
    const { userId, threadId, type } = frame.event;
    // One emitter copies the thread id into the user id (wire-contract.md §5.3).
    const isForeign = userId !== null && userId !== subject && userId !== threadId;
    t.expectThat(!isForeign, rule, {
      where: `message ${seq} to ${reader.user.name}`,
      expected: 'events of its own user only',
      actual: `${type} of another user`,
      evidence: evidence === null ? [] : [evidence],
    });
  }
}

type LeakRule = 'ISO-CANARY-LEAK' | 'ISO-RECONNECT-LEAK' | 'ISO-THREAD-READABLE';

interface Hit {
  readonly what: Mark['what'];
  readonly encoding: string;
  /** Number of the message on the reader's connection. */
  readonly seq: number;
  readonly evidence: string | null;
}

/** The owner looks for its canary only: its ids stand in every event and prove no answer. */
function firstHit(owner: Capture, reader: Capture): Hit | null {
  const { messages } = reader.session.received;
  const all = messages.map(({ text }) => text).join('\n');
  // Parsed only for what no single message holds, once for all marks.
  let joined: readonly JoinedText[] | null = null;
  const isOwn = owner.session === reader.session;
  for (const { what, text } of owner.marks) {
    if (isOwn && what !== 'canary') continue;
    // A mark that stands in one of the reader's own tells the two not apart: names that begin alike, a shared thread.
    if (!isOwn && reader.marks.some((own) => own.text.includes(text))) continue;
    const forms = encodings(text, what === 'canary');
    for (const [encoding, form] of forms) {
      if (!all.includes(form)) continue;
      const message = messages.find((candidate) => candidate.text.includes(form));
      return { what, encoding, seq: message?.seq ?? 0, evidence: message?.evidence ?? null };
    }
    // What an owner must see may be streamed to it, too.
    joined ??= textsOf(reader.session);
    for (const [encoding, form] of forms) {
      const found = joined.find((candidate) => candidate.text.includes(form));
      if (found === undefined) continue;
      const message = messageAt(found, found.text.indexOf(form) + form.length);
      return {
        what,
        encoding: `${encoding} in pieces`,
        seq: message?.seq ?? 0,
        evidence: message?.evidence ?? null,
      };
    }
  }
  return null;
}

/** The joined texts of a session, made once for as many messages: every owner is looked for among them. */
function textsOf({ received }: Session): readonly JoinedText[] {
  const { messages } = received;
  const known = textsByReceived.get(received);
  if (known?.of === messages.length) return known.texts;
  const texts = joinedTexts(messages);
  textsByReceived.set(received, { of: messages.length, texts });
  return texts;
}

const textsByReceived = new WeakMap<
  Session['received'],
  { readonly of: number; readonly texts: readonly JoinedText[] }
>();

/** Characters of a canary by which a part of it is recognised. */
const PREFIX = 8;

/** The forms in which a mark is looked for; base64 in all three alignments, less the characters its neighbours blur. */
function encodings(mark: string, isRandom: boolean): readonly (readonly [string, string])[] {
  const bytes = Buffer.from(mark, 'utf8');
  const base64 = [0, 1, 2].flatMap((shift) =>
    (['base64', 'base64url'] as const).map((encoding) => {
      const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString(encoding);
      const first = Math.ceil((shift * 8) / 6);
      return [encoding, text.slice(first, Math.floor(((shift + bytes.length) * 8) / 6))] as const;
    }),
  );
  const hex = bytes.toString('hex');
  const percent = hex.replaceAll(/../g, '%$&');
  return [
    ['plain text', mark],
    ...base64,
    ['URL encoding', encodeURIComponent(mark)],
    ['URL encoding', percent],
    ['URL encoding', percent.toUpperCase()],
    ['hex', hex],
    ['hex', hex.toUpperCase()],
    ['reversed text', Array.from(mark).reverse().join('')],
    ...(isRandom ? ([[`a prefix of ${PREFIX} characters`, mark.slice(0, PREFIX)]] as const) : []),
  ];
}

/**
 * Proves that all sessions were open at the same moment, and records it: users one after the other prove no isolation.
 * @param turns where they are given, two of them must have run at the same moment, too.
 * @returns whether it was proven
 */
export function recordOverlap(
  t: CheckContext,
  sessions: readonly Session[],
  turns: readonly TurnTimes[] | null = null,
): boolean {
  const lastOpen = Math.max(...sessions.map(({ connection }) => connection.facts.openedAtMs));
  const now = t.recorder.now();
  const stillOpen = sessions.every(({ connection }) => connection.closeFacts === null);
  const subjects = [...new Set(sessions.map(({ connection }) => connection.facts.subject ?? ''))];
  const proven =
    sessions.length > 1 &&
    stillOpen &&
    subjects.length === sessions.length &&
    now > lastOpen &&
    (turns === null || someOverlap(turns));
  const overlapMs = sessions.length === 0 ? 0 : Math.max(0, now - lastOpen);
  t.record({ kind: 'overlap', subjects, proven, overlapMs });
  return proven;
}

/** Whether an event of one turn came between the first and the last event of another: a turn that waits has none yet. */
function someOverlap(turns: readonly TurnTimes[]): boolean {
  const spans = turns.flatMap(({ sentAtMs, eventsAtMs }) => {
    const [first] = eventsAtMs;
    const last = eventsAtMs.at(-1);
    return first === undefined || last === undefined ? [] : [{ from: sentAtMs + first, to: sentAtMs + last }];
  });
  return spans.some((one, at) => spans.slice(at + 1).some(({ from, to }) => from < one.to && one.from < to));
}
