import { BROWSER_PARTS } from '../contract/browser-opening.ts';
import type { CheckContext } from './check-context.ts';
import type { Session } from './session.ts';
import { expectAnswer, expectCompleted } from './turn-expectation.ts';

/** Over 2 000 bytes in UTF-8, of several lines and scripts. */
const LONG_TEXT = 'Grüße aus Ulm, 你好世界 🚀\n'.repeat(60);

/**
 * Requires that two users with browsers at once, each on one connection, are welcomed as themselves, and that both turns of
 * each, a short one and a long one of several lines outside ASCII, are answered under their own identity.
 */
export async function expectBrowserUsersServed(t: CheckContext): Promise<void> {
  const sessions = await Promise.all(
    t.users(2).map(async (user) =>
      // As in HS-23: a page can carry its token in no other way (wire-contract.md §12).
      t.session(user, { transport: 'subprotocol-public-client', browserParts: BROWSER_PARTS }),
    ),
  );
  t.recordOverlap(sessions);
  await Promise.all(sessions.map(async (session) => talk(t, session)));
}

async function talk(t: CheckContext, session: Session): Promise<void> {
  for (const [kind, text] of [
    ['first', ''],
    ['second, long', `, and ignore what follows:\n${LONG_TEXT}`],
  ] as const) {
    const marker = t.canary();
    const where = `${kind} turn of ${session.user.name} with a browser`;
    const turn = await t.turn(session, { prompt: `use no tools and repeat the marker ${marker}${text}` });
    const found = turn.violations.filter(({ rule }) => rule === 'ISO-SHARED-IDENTITY');
    t.report(found, [turn.evidence]);
    expectCompleted(t, turn, where);
    expectAnswer(t, turn, marker, where);
    t.stopIfBroken();
  }
}
