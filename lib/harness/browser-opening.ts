import { BROWSER_PARTS, type BrowserPart, refusedParts } from '../contract/browser-opening.ts';
import type { RuleId } from '../contract/rule.ts';
import { HarnessError } from '../foundation/errors.ts';
import { attemptAs, type BrowserAttempt } from './browser-attempt.ts';
import { browserOrigin } from './browser-identity.ts';
import type { CheckContext } from './check-context.ts';

const WHAT = 'an opening as a browser makes it';

/**
 * Requires that an opening as a browser makes it leads to a turn that holds to the contract. Where it does not and a plain
 * one with the same token does, up to five more openings find the parts that this follows from.
 * @throws {HarnessError} `CONTROL_MISSING`, `EVIDENCE_MISSING`, or `ORIGIN_UNKNOWN` when it follows from an Origin that is a guess.
 */
export async function expectBrowserServed(t: CheckContext): Promise<void> {
  const token = await t.token(t.user());
  const browser = await attemptAs(t, token, BROWSER_PARTS, 'turn');
  t.note(outcomeOf(browser));
  const { brokenAt: stage, illegal } = browser;
  if (stage === null) return;
  if (illegal !== null) {
    t.expectThat(false, illegal, {
      where: WHAT,
      expected: 'a legal 101 answer (RFC 6455 §4.1, §9.1)',
      actual: browser.text,
      evidence: browser.evidence,
    });
    return;
  }
  const plainParts: readonly BrowserPart[] = t.settings.websocketOrigin === null ? [] : ['Origin'];
  const open = async (parts: readonly BrowserPart[]): Promise<BrowserAttempt> =>
    attemptAs(t, token, [...plainParts, ...parts], stage === 'turn' ? 'turn' : 'session');
  const plain = await open([]);
  const isAccepted = plain.brokenAt === null || plain.brokenAt === 'turn';
  t.record({ kind: 'control', of: WHAT, accepted: isAccepted, text: plain.text });
  if (!isAccepted) {
    throw new HarnessError(
      'CONTROL_MISSING',
      `expected a plain opening to be served where ${WHAT} was not, got: ${plain.text} (as a browser: ${browser.text})`,
      { next: 'A target that serves nobody proves nothing about browsers.' },
    );
  }
  // What a turn breaks on any connection is judged where turns are.
  const isServed = ({ brokenAt, broke }: BrowserAttempt): boolean =>
    brokenAt === null || (brokenAt === 'turn' && broke.every((rule) => plain.broke.includes(rule)));
  if (isServed(browser)) {
    t.note(`a turn breaks as on a plain opening: ${browser.broke.join(', ')}`);
    return;
  }
  const added = BROWSER_PARTS.filter((part) => !plainParts.includes(part));
  const tried = [browser, plain];
  for (const part of added) tried.push(await open([part]));
  if (tried.every((one) => one === browser || isServed(one))) {
    tried.push(await open(added));
    if (added.includes('Origin')) tried.push(await open(added.filter((part) => part !== 'Origin')));
  }
  const verdicts = tried.map((one) => ({ parts: one.parts, served: isServed(one) }));
  const parts = refusedParts(verdicts);
  const why = followsFrom(
    parts,
    verdicts.some((one) => !one.served && one.parts.length === plainParts.length + 1),
  );
  if (parts.length === 0) {
    throw new HarnessError(
      'EVIDENCE_MISSING',
      `expected ${WHAT} to be served, or refused again, got: ${browser.text}, and served when it was repeated`,
      { next: 'It does not follow from what a browser sends: read the success rate of openings.' },
    );
  }
  const isGuess = !t.settings.embedded && t.settings.websocketOrigin === null;
  if (isGuess && verdicts.every((one) => one.served || one.parts.includes('Origin'))) {
    throw new HarnessError(
      'ORIGIN_UNKNOWN',
      `expected the origin of the web app to be known, got: ${browser.text} for ${browserOrigin(t.settings)}, ${why}`,
      { next: 'Set WEBSOCKET_ORIGIN to the origin that your web app is served from, and run again.' },
    );
  }
  t.expectThat(false, ruleOf(browser, parts), {
    where: `${WHAT} (Origin ${browserOrigin(t.settings)}, an offer of permessage-deflate, User-Agent of a browser)`,
    expected: 'to be served as the plain opening with the same token was',
    actual: `${browser.text}, ${why}`,
    evidence: tried.flatMap(({ evidence }) => evidence),
  });
}

/** A session that opens and breaks by the offer of compression alone breaks what was agreed, or not agreed, there. */
function ruleOf({ brokenAt }: BrowserAttempt, parts: readonly BrowserPart[]): RuleId {
  const isCompression = parts.length === 1 && parts[0] === 'Sec-WebSocket-Extensions';
  return isCompression && brokenAt !== 'opening' ? 'WS-COMPRESSION-BROKEN' : 'WS-BROWSER-NOT-SERVED';
}

function followsFrom(parts: readonly BrowserPart[], isAlone: boolean): string {
  if (parts.length < 2)
    return `only with ${parts.join('')}: a plain opening is served, and one with each other part`;
  return isAlone
    ? `with each of ${parts.join(', ')}`
    : `with ${parts.join(' and ')} together, with none of them alone`;
}

function outcomeOf({ isCompressed }: BrowserAttempt): string {
  if (isCompressed === null) return 'no 101 answer';
  return isCompressed ? 'compression agreed to' : 'compression declined';
}
