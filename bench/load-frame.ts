/** Room for a run id in every frame; client run ids are `run_` and 16 hex digits. */
const RUN_ID_LENGTH = 20;
const EVENT_ID_LENGTH = 12;
/** Length of `2026-01-01T00:00:00.000Z`. */
const TIMESTAMP_LENGTH = 24;

const RUN_MARK = 'R'.repeat(RUN_ID_LENGTH);
const EVENT_MARK = 'E'.repeat(EVENT_ID_LENGTH);
const TIME_MARK = 'T'.repeat(TIMESTAMP_LENGTH);

/** The seven events of one turn as WebSocket frames, made once per connection; a turn only writes its ids and times. */
export class TurnTemplate {
  readonly #bytes: Buffer;
  readonly #runOffsets: readonly number[];
  readonly #eventOffsets: readonly number[];
  readonly #timeOffsets: readonly number[];

  constructor(userId: string, threadId: string) {
    this.#bytes = Buffer.concat(turnEvents(userId, threadId).map((event) => frame(JSON.stringify(event))));
    this.#runOffsets = offsetsOf(this.#bytes, RUN_MARK);
    this.#eventOffsets = offsetsOf(this.#bytes, EVENT_MARK);
    this.#timeOffsets = offsetsOf(this.#bytes, TIME_MARK);
  }

  /** Returns the frames of one turn. @param turn number of the turn, which makes the event ids unique. */
  render(runId: string, turn: number, now: Date): Buffer {
    const bytes = Buffer.from(this.#bytes);
    const run = runId.padEnd(RUN_ID_LENGTH, '0').slice(0, RUN_ID_LENGTH);
    for (const offset of this.#runOffsets) bytes.write(run, offset, 'latin1');
    for (const [index, offset] of this.#eventOffsets.entries()) {
      bytes.write(
        `ev${(turn * 7 + index).toString(16).padStart(EVENT_ID_LENGTH - 2, '0')}`,
        offset,
        'latin1',
      );
    }
    const time = now.toISOString();
    for (const offset of this.#timeOffsets) bytes.write(time, offset, 'latin1');
    return bytes;
  }
}

/** A legal turn in the canonical dialect: 690 to 1 120 bytes and about 30 JSON values per event (performance.md §2). */
function turnEvents(userId: string, threadId: string): readonly object[] {
  const event = (type: string, data: object, root: object = {}): object => ({
    type,
    run_id: RUN_MARK,
    user_id: userId,
    thread_id: threadId,
    agent_name: 'cost_optimizer',
    timestamp: TIME_MARK,
    event_id: EVENT_MARK,
    ...root,
    data,
  });
  const rows = (count: number): readonly object[] =>
    Array.from({ length: count }, (_, at) => ({
      model: `model-${at}`,
      region: 'eu-west-1',
      calls: 1_200 + at * 37,
      cost_usd: 12.5 + at / 8,
      change: at % 2 === 0 ? 'up' : null,
    }));
  const tool = { tool_name: 'usage_query', execution_id: 'call-0001' };
  const progress = (step: number): object => ({
    step_number: step,
    progress_percentage: step * 30,
    confidence: 0.75 + step / 100,
    tokens: { prompt: 812, completion: 96, total: 908 },
    stage: { name: 'analysis', index: step, of: 3, retried: false },
  });
  const thought = 'The spend of each model and region was compared with last month. ';
  return [
    event('agent_started', {
      status: 'started',
      task_description: 'Compare the spend of this month with last month, per model and region.',
      context: { plan: ['collect', 'compare', 'advise'], limits: { seconds: 60, tools: 2, cost_usd: 0.5 } },
      metadata: { estimated_duration: 4.5, priority: 'normal', tier: 'enterprise', queue: 3, resumed: false },
      ...progress(0),
    }),
    event('agent_thinking', { reasoning: thought.repeat(6), sources: rows(1), ...progress(1) }),
    event(
      'tool_executing',
      { parameters: { query: 'usage', limit: 50, group_by: ['model', 'region'], reason: thought.repeat(6) } },
      tool,
    ),
    event(
      'tool_completed',
      { success: true, execution_time_ms: 12, cache: { hit: false, age_sec: null } },
      { ...tool, results: { rows: rows(3), summary: thought.repeat(6), total: 3, truncated: false } },
    ),
    event('agent_thinking', { reasoning: thought.repeat(5), sources: rows(1), ...progress(2) }),
    event('agent_thinking', { reasoning: thought.repeat(6), sources: rows(1), ...progress(3) }),
    event('agent_completed', {
      status: 'completed',
      final_response: thought.repeat(8),
      recommendations: rows(2),
      execution_time_ms: 64,
    }),
  ];
}

function frame(text: string): Buffer {
  const payload = Buffer.from(text, 'utf8');
  const head = Buffer.alloc(4);
  head[0] = 0x81;
  head[1] = 126;
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

function offsetsOf(bytes: Buffer, mark: string): readonly number[] {
  const offsets: number[] = [];
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + mark.length)) offsets.push(at);
  return offsets;
}
