import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { HarnessError } from '../foundation/errors.ts';
import { TemporaryFolder } from '../foundation/testing/temporary-folder.ts';
import type { Runtime } from './runtime.ts';
import { expectSecondPathServed } from './second-path.ts';
import { RunningCheck } from './testing/running-check.ts';
import { greet, sendEvent, SmallTarget } from './testing/small-target.ts';

const folder = new TemporaryFolder();
const target = new SmallTarget();
const opened: string[] = [];
let breaks: (path: string) => boolean = () => false;
let runtime: Runtime;

/** Speaks as much of the canonical dialect as one turn needs; a turn that breaks ends with the connection. */
function serve(socket: WebSocket, isBroken: boolean): void {
  greet(socket, (runId) => {
    const types = ['agent_started', 'agent_thinking', 'agent_completed'];
    for (const type of isBroken ? types.slice(0, 1) : types) sendEvent(socket, type, runId);
    if (isBroken) socket.close(1000, 'over');
  });
}

beforeAll(async () => {
  const sockets = new WebSocketServer({ server: target.server });
  sockets.on('connection', (socket, request) => {
    const path = request.url ?? '';
    opened.push(path);
    serve(socket, breaks(path));
  });
  await target.listen();
  runtime = await target.runtime(folder, '/chat/ws');
});
afterAll(async () => {
  await target[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});
beforeEach(() => {
  opened.length = 0;
});

async function judged(of: Runtime): Promise<readonly string[]> {
  await using check = new RunningCheck(of);
  try {
    await expectSecondPathServed(check.t);
    return check.rules();
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return [error.code];
  }
}

describe('the second socket path of a target that is not ours', () => {
  test('is asked below the prefix of the configured one, once when its turn holds', async () => {
    breaks = () => false;

    expect(await judged(runtime)).toEqual([]);
    expect(opened).toEqual(['/chat/api/v1/websocket']);
  });

  test('is red where a turn breaks there, twice, and holds at the configured one', async () => {
    breaks = (path) => path !== '/chat/ws';

    expect(await judged(runtime)).toEqual(['WS-PATH-NOT-SERVED']);
    expect(opened).toEqual(['/chat/api/v1/websocket', '/chat/ws', '/chat/api/v1/websocket']);
  });

  test('leaves a turn that breaks at both to those who judge turns', async () => {
    breaks = () => true;

    expect(await judged(runtime)).toEqual([]);
    expect(opened).toEqual(['/chat/api/v1/websocket', '/chat/ws']);
  });

  test('has no verdict about a turn that holds when it is repeated', async () => {
    breaks = () => opened.length === 1;

    expect(await judged(runtime)).toEqual(['EVIDENCE_MISSING']);
  });

  test('is not guessed where the configured one is none of the two', async () => {
    using other = new TemporaryFolder();

    expect(await judged(await target.runtime(other, '/socket'))).toEqual(['CAPABILITY_MISSING']);
    expect(opened).toEqual([]);
  });
});
