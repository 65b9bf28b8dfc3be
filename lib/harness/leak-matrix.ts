import type { CheckContext } from './check-context.ts';
import type { Session } from './session.ts';

/** Everything one session received, as text. */
export interface Capture {
  readonly session: Session;
  readonly canary: string;
  readonly texts: string[];
  readonly evidence: (string | null)[];
}

/** Captures every message of a session from now on; the messages still reach whoever waits for them. */
export function capture(session: Session, canary: string): Capture {
  const captured: Capture = { session, canary, texts: [], evidence: [] };
  session.connection.attach((message) => {
    captured.texts.push(message.text);
    captured.evidence.push(message.evidence);
    return false;
  });
  return captured;
}

/**
 * Requires that every owner saw its own canary and that nobody saw another's, in any encoding:
 * an N x N matrix over every byte received. A silent target cannot pass: the diagonal must be filled.
 */
export function expectIsolated(t: CheckContext, captures: readonly Capture[]): void {
  for (const owner of captures) {
    for (const reader of captures) {
      const hit = firstHit(owner.canary, reader);
      if (owner === reader) {
        t.expectThat(hit !== null, 'ISO-OWN-CANARY-MISSING', {
          where: `messages to ${owner.session.user.name}`,
          expected: 'its own canary in its own answer',
          actual: `not in any of ${reader.texts.length} messages`,
          evidence: [reader.session.connection.facts.evidence],
        });
      } else {
        t.expectThat(hit === null, 'ISO-CANARY-LEAK', {
          where: `message ${hit?.index ?? 0} to ${reader.session.user.name}`,
          expected: `nothing of ${owner.session.user.name}`,
          actual: `its canary as ${hit?.encoding ?? '-'}`,
          evidence: hit?.evidence === null || hit === null ? [] : [hit.evidence],
        });
      }
    }
  }
}

interface Hit {
  readonly index: number;
  readonly encoding: string;
  readonly evidence: string | null;
}

function firstHit(canary: string, reader: Capture): Hit | null {
  const forms = encodings(canary);
  for (const [index, text] of reader.texts.entries()) {
    const form = forms.find(([, encoded]) => text.includes(encoded));
    if (form !== undefined) return { index, encoding: form[0], evidence: reader.evidence[index] ?? null };
  }
  return null;
}

/** The forms in which a canary could travel; base64 in all three alignments, less the characters its neighbours blur. */
function encodings(canary: string): readonly (readonly [string, string])[] {
  const bytes = Buffer.from(canary, 'utf8');
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
    ['plain text', canary],
    ...base64,
    ['URL encoding', percent],
    ['URL encoding', percent.toUpperCase()],
    ['hex', hex],
    ['hex', hex.toUpperCase()],
    ['a prefix of 12 characters', canary.slice(0, 12)],
  ];
}

/** Proves that all sessions were open at the same moment, and records it: users one after the other prove no isolation. */
export function recordOverlap(t: CheckContext, sessions: readonly Session[]): void {
  const lastOpen = Math.max(...sessions.map(({ connection }) => connection.facts.openedAtMs));
  const now = t.recorder.now();
  const stillOpen = sessions.every(({ connection }) => connection.closeFacts === null);
  const subjects = [...new Set(sessions.map(({ connection }) => connection.facts.subject ?? ''))];
  t.record({
    kind: 'overlap',
    subjects,
    proven: sessions.length > 1 && stillOpen && subjects.length === sessions.length && now > lastOpen,
    overlapMs: sessions.length === 0 ? 0 : Math.max(0, now - lastOpen),
  });
}
