import { startAgentText, userMessage } from '../contract/client-message.ts';
import { ClientMessageType } from '../contract/event-type.ts';
import type { TurnEnd } from '../evidence/evidence.ts';
import { HarnessError } from '../foundation/errors.ts';
import { randomHex } from '../foundation/random.ts';
import { unwatchAbort, watchAbort } from './abort-watch.ts';
import type { Connection } from './connection.ts';
import { SilenceWatch } from './silence-watch.ts';
import { TurnCollector } from './turn-collector.ts';
import type { ChatTurn, ChatTurnOptions } from './turn.ts';

/**
 * Sends the canonical start message (wire-contract.md §4.4) and judges every event of that run: shape, order, timing.
 * The wait ends with the terminal event and a short grace, the end of the connection, the silence budget (`eventGap`),
 * the total budget (`turn`) while events still come, or a limit; never because nothing has come for a while less.
 * @throws {HarnessError} `CONNECTION_CLOSED` when it was closed before; the reason of `signal` when that aborts, with
 * the turn so far recorded as `deadline`.
 */
export async function chatTurn(connection: Connection, options: ChatTurnOptions): Promise<ChatTurn> {
  const { signal } = options;
  signal.throwIfAborted();
  const runId = options.runId ?? newRunId();
  const threadId = options.threadId ?? null;
  const collector = new TurnCollector(connection, options, runId);
  const turn = new Promise<TurnEnd>((resolve) => {
    collector.onEnd = resolve;
  });
  const watch = new SilenceWatch(collector, options);
  watchAbort(signal, collector);
  try {
    collector.attach();
    const { prompt, context = {}, extra = {} } = options;
    const fields = { threadId, runId, context, extra };
    if (options.form === 'user_message') connection.send(userMessage(prompt, fields));
    else connection.sendText(startAgentText(prompt, fields), ClientMessageType.StartAgent);
    watch.start();
    await turn;
  } finally {
    unwatchAbort(signal, collector);
    watch.stop();
    collector.detach();
  }
  const result = collector.result();
  if (signal.aborted && result.ended === 'deadline') throw interruption(signal, result);
  return result;
}

/** Ids of one process: random per process, counted within, because random bytes per turn cost more than the turn's checks. */
const writer = randomHex(4);
let runs = 0;

function newRunId(): string {
  runs += 1;
  return `run_${writer}${runs.toString(16).padStart(8, '0')}`;
}

function interruption(signal: AbortSignal, turn: ChatTurn): unknown {
  const reason: unknown = signal.reason;
  if (!(reason instanceof HarnessError) || reason.code !== 'DEADLINE_EXCEEDED') return reason;
  const seen = turn.events.length === 0 ? 'no event' : turn.events.map((event) => event.type).join(', ');
  return new HarnessError(
    'DEADLINE_EXCEEDED',
    `expected the terminal event of a chat turn, got ${seen} in ${Math.round(turn.totalMs)} ms until our own budget was used up`,
    { cause: reason, details: { ...reason.details, awaited: 'a chat turn', evidence: turn.evidence } },
  );
}
