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
  const wait = new TurnWait(connection, options);
  await wait.ended;
  wait.release();
  const { signal } = options;
  const result = wait.result();
  if (signal.aborted && result.ended === 'deadline') throw interruption(signal, result);
  return result;
}

/**
 * One turn under way. Made and started in here, because the frame of an asynchronous function keeps whatever it took to
 * start for as long as it waits: under load that was most of what a collection of the young generation had to copy.
 */
class TurnWait {
  readonly ended: Promise<TurnEnd>;
  readonly #signal: AbortSignal;
  readonly #collector: TurnCollector;
  readonly #watch: SilenceWatch;

  constructor(connection: Connection, options: ChatTurnOptions) {
    const { signal } = options;
    signal.throwIfAborted();
    const runId = options.runId ?? newRunId();
    const collector = new TurnCollector(connection, options, runId);
    this.#signal = signal;
    this.#collector = collector;
    this.#watch = new SilenceWatch(collector, options);
    this.ended = new Promise((resolve) => {
      collector.onEnd = resolve;
    });
    watchAbort(signal, collector);
    try {
      collector.attach();
      sendStart(connection, options, runId);
      this.#watch.start();
    } catch (error) {
      this.release();
      throw error;
    }
  }

  release(): void {
    unwatchAbort(this.#signal, this.#collector);
    this.#watch.stop();
    this.#collector.detach();
  }

  result(): ChatTurn {
    return this.#collector.result();
  }
}

function sendStart(connection: Connection, options: ChatTurnOptions, runId: string): void {
  const { prompt, threadId = null, context = {}, extra = {} } = options;
  const fields = { threadId, runId, context, extra };
  if (options.form === 'user_message') connection.send(userMessage(prompt, fields));
  else connection.sendText(startAgentText(prompt, fields), ClientMessageType.StartAgent);
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
