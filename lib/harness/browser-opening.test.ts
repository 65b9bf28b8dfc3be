import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { type BrowserPart, browserPartsOf } from '../contract/browser-opening.ts';
import { HarnessError } from '../foundation/errors.ts';
import { TemporaryFolder } from '../foundation/testing/temporary-folder.ts';
import { expectBrowserServed } from './browser-opening.ts';
import type { Runtime } from './runtime.ts';
import { RunningCheck } from './testing/running-check.ts';
import { greet, sendEvent, SmallTarget } from './testing/small-target.ts';

type Answer = 'served' | number | 'mute' | 'no-terminal' | 'too-much' | 'agreed-twice';

const folder = new TemporaryFolder();
const target = new SmallTarget();
const openings: (readonly BrowserPart[])[] = [];
let answer: (parts: readonly BrowserPart[]) => Answer = () => 'served';
let runtime: Runtime;

function partsOf({ headers }: IncomingMessage): readonly BrowserPart[] {
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  return browserPartsOf(Object.fromEntries(texts));
}

/** Speaks the canonical dialect as far as one turn needs it. */
function serve(socket: WebSocket, how: Answer): void {
  if (how === 'mute') return;
  if (how === 'too-much') socket.send(' '.repeat(3 * 1_048_576));
  greet(socket, (runId) => {
    sendEvent(socket, 'agent_started', runId);
    if (how === 'no-terminal') socket.close(1000, 'over');
  });
}

beforeAll(async () => {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: true,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  target.server.on('upgrade', (request, socket, head) => {
    const parts = partsOf(request);
    openings.push(parts);
    const how = answer(parts);
    if (typeof how === 'number')
      socket.end(`HTTP/1.1 ${how} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    else sockets.handleUpgrade(request, socket, head, (open) => serve(open, how));
  });
  sockets.on('headers', (headers, request) => {
    if (answer(partsOf(request)) === 'agreed-twice')
      headers.push('Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover');
  });
  await target.listen();
  runtime = await target.runtime(folder);
});
afterAll(async () => {
  await target[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});
beforeEach(() => {
  openings.length = 0;
  answer = () => 'served';
});

async function judged(): Promise<{
  readonly rules: readonly string[];
  readonly said: string;
  readonly next: string | null;
}> {
  await using check = new RunningCheck(runtime);
  try {
    await expectBrowserServed(check.t);
    return { rules: check.rules(), said: check.t.violations[0]?.actual ?? '', next: null };
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return { rules: [error.code], said: error.message, next: error.next };
  }
}

const refusing =
  (...refused: readonly BrowserPart[]) =>
  (parts: readonly BrowserPart[]): Answer =>
    parts.some((part) => refused.includes(part)) ? 403 : 'served';

describe('an opening as a browser makes it, against a target that is not ours', () => {
  test('names the part that is refused alone, and stops asking then', async () => {
    answer = refusing('Sec-WebSocket-Extensions');

    const { rules, said } = await judged();

    expect(rules).toEqual(['WS-BROWSER-NOT-SERVED']);
    expect(said).toMatch(/^HTTP 403, only with Sec-WebSocket-Extensions: /);
    expect(openings).toHaveLength(5);
  });

  test('decides nothing about an Origin that is a guess', async () => {
    answer = refusing('Origin');

    const { rules, said, next } = await judged();

    expect(rules).toEqual(['ORIGIN_UNKNOWN']);
    expect(said).toContain('only with Origin');
    expect(next).toContain('WEBSOCKET_ORIGIN');
  });

  test('is red for another part beside such an Origin', async () => {
    answer = refusing('Origin', 'User-Agent');

    expect((await judged()).said).toBe('HTTP 403, with each of Origin, User-Agent');
  });

  test.for<readonly [name: string, together: readonly BrowserPart[], rule: string, text: string]>([
    [
      'two parts',
      ['Sec-WebSocket-Extensions', 'User-Agent'],
      'WS-BROWSER-NOT-SERVED',
      'with Sec-WebSocket-Extensions and User-Agent together, with none of them alone',
    ],
    [
      'an Origin and another part',
      ['Origin', 'User-Agent'],
      'ORIGIN_UNKNOWN',
      'with Origin and Sec-WebSocket-Extensions and User-Agent together, with none of them alone',
    ],
  ])('is judged when %s are refused together', async ([, together, rule, text]) => {
    answer = (parts) => (together.every((part) => parts.includes(part)) ? 403 : 'served');

    const { rules, said } = await judged();

    expect(rules).toEqual([rule]);
    expect(said).toContain(text);
  });

  test('calls a session that stays mute under compression broken compression', async () => {
    answer = (parts) => (parts.includes('Sec-WebSocket-Extensions') ? 'mute' : 'served');

    expect((await judged()).rules).toEqual(['WS-COMPRESSION-BROKEN']);
  });

  test('calls a message that inflates beyond our limit broken compression', async () => {
    answer = (parts) => (parts.includes('Sec-WebSocket-Extensions') ? 'too-much' : 'served');

    const { rules, said } = await judged();

    expect(rules).toEqual(['WS-COMPRESSION-BROKEN']);
    expect(said).toContain('more than 2097152 bytes in one message');
  });

  test('needs no control where the 101 answer itself is illegal', async () => {
    answer = () => 'agreed-twice';

    expect((await judged()).rules).toEqual(['WS-UPGRADE-INVALID']);
    expect(openings).toHaveLength(1);
  });

  test('has no verdict without its control', async () => {
    answer = () => 503;

    expect((await judged()).rules).toEqual(['CONTROL_MISSING']);
    expect(openings).toHaveLength(2);
  });

  test('has no verdict about a refusal that does not come again', async () => {
    answer = () => (openings.length === 1 ? 502 : 'served');

    expect((await judged()).rules).toEqual(['EVIDENCE_MISSING']);
  });

  test('leaves a turn that breaks on any connection to those who judge turns', async () => {
    answer = () => 'no-terminal';

    const { rules } = await judged();

    expect(rules).toEqual([]);
    expect(openings).toEqual([['Origin', 'Sec-WebSocket-Extensions', 'User-Agent'], []]);
  });
});
