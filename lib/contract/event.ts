import { z } from 'zod';
import type { AgentEventType } from './event-type.ts';
import { isJsonObject, kindOf, type JsonObject } from './json-object.ts';
import { violation, type Violation } from './violation.ts';

/** The wrappers in which events were seen (wire-contract.md §5.1). */
export const ENVELOPE_VARIANTS = [
  'V1',
  'V2',
  'V3',
  'V4',
  'V5',
  'V6',
  'V7',
  'V8',
  'V9',
  'V10',
  'V11',
  'V12',
  'V13',
] as const;
export type EnvelopeVariant = (typeof ENVELOPE_VARIANTS)[number];

/** One agent event, folded from whatever envelope it came in; a null id was absent, not a string, or a placeholder. */
export interface CanonicalEvent<Type extends AgentEventType = AgentEventType> {
  readonly type: Type;
  readonly variant: EnvelopeVariant;
  /** The name it had on the wire. */
  readonly wireType: string;
  /** True when `wireType` is not `type`. */
  readonly renamed: boolean;
  readonly doubleWrapped: boolean;
  readonly runId: string | null;
  readonly threadId: string | null;
  readonly userId: string | null;
  readonly agentName: string | null;
  readonly toolName: string | null;
  readonly toolCallId: string | null;
  readonly eventId: string | null;
  /** Epoch milliseconds. */
  readonly timestampMs: number | null;
  /** Names of id fields that held a placeholder such as `unknown_user`. */
  readonly placeholders: readonly string[];
  /** The business fields: `payload`, `data` or the root itself, as received. */
  readonly payload: JsonObject;
  /** The envelope itself, as received; the inner one of a doubly wrapped event. */
  readonly root: JsonObject;
}

/** Narrows an event to one type. */
export function isEventOf<Type extends AgentEventType>(
  event: CanonicalEvent,
  type: Type,
): event is CanonicalEvent<Type> {
  return event.type === type;
}

export type Dialect = 'canonical' | 'tolerant';

export interface ShapeOptions {
  readonly dialect: Dialect;
  /** Index that the violations carry. */
  readonly eventIndex?: number;
}

const id = z.string().min(1);
const envelope = {
  type: id,
  run_id: id,
  user_id: id,
  thread_id: id,
  agent_name: id,
  timestamp: z.union([id, z.number()]),
  event_id: id,
  data: z.custom<JsonObject>(isJsonObject),
};
const present = z.custom<unknown>((value) => value !== undefined);

const baseSchema = z.compile(z.object(envelope));
const toolExecutingSchema = z.compile(z.object({ ...envelope, tool_name: id }));
const toolCompletedSchema = z.compile(z.object({ ...envelope, tool_name: id, results: present }));
const agentCompletedSchema = z.compile(
  z.object({ ...envelope, data: z.object({ final_response: z.string() }) }),
);

/** Schema of the envelope of each event in the canonical dialect: V1 with `thread_id` at the root (design.md §13.7). */
const CANONICAL_EVENT_SCHEMAS = {
  agent_started: baseSchema,
  agent_thinking: baseSchema,
  tool_executing: toolExecutingSchema,
  tool_completed: toolCompletedSchema,
  agent_completed: agentCompletedSchema,
  agent_failed: baseSchema,
  agent_error: baseSchema,
  agent_death: baseSchema,
  agent_stopped: baseSchema,
  subagent_started: baseSchema,
  subagent_completed: baseSchema,
} as const satisfies Readonly<Record<AgentEventType, z.ZodType>>;

const NONE: readonly Violation[] = Object.freeze([]);

/**
 * Judges the shape of one event; one violation per missing or wrong field, empty when it is right. `canonical` is the
 * dialect of docs/PROTOCOL.md, `tolerant` the common minimum of all variants: a timestamp, and the tool name on tool
 * events (wire-contract.md §5.4).
 */
export function checkEventShape(event: CanonicalEvent, options: ShapeOptions): readonly Violation[] {
  return options.dialect === 'canonical' ? checkCanonical(event, options) : checkTolerant(event, options);
}

function checkCanonical(event: CanonicalEvent, options: ShapeOptions): readonly Violation[] {
  if (
    event.variant === 'V1' &&
    !event.renamed &&
    !event.doubleWrapped &&
    event.placeholders.length === 0 &&
    event.timestampMs !== null &&
    isWhole(event)
  ) {
    return NONE;
  }
  const parsed = CANONICAL_EVENT_SCHEMAS[event.type].safeParse(event.root);
  const found: Violation[] = [];
  const report = reporter(event, options, found);
  if (event.renamed) report('EVT-RENAMED', 'type', event.type, event.wireType);
  if (event.doubleWrapped)
    report('EVT-DOUBLE-WRAPPED', 'envelope', 'one envelope', 'an event inside an event');
  if (event.variant !== 'V1') report('EVT-ENVELOPE', 'envelope', 'V1', event.variant);
  for (const field of event.placeholders) {
    report('EVT-PLACEHOLDER-ID', field, 'a real id', 'a placeholder');
  }
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const value = valueAt(event.root, issue.path);
      const rule = value === undefined ? 'EVT-FIELD-MISSING' : 'EVT-FIELD-TYPE';
      report(rule, issue.path.join('.'), expectedAt(issue.path), kindOf(value));
    }
  }
  const timestamp = event.root['timestamp'];
  if (
    event.timestampMs === null &&
    (typeof timestamp === 'number' || (typeof timestamp === 'string' && timestamp !== ''))
  ) {
    report('EVT-TIMESTAMP', 'timestamp', 'ISO 8601 text or epoch', 'an unreadable value');
  }
  return found;
}

/** What the schema accepts, without the copy that it makes of every event: half of what judging one costs. */
function isWhole({ type, root }: CanonicalEvent): boolean {
  const { timestamp, data } = root;
  const isEnvelope =
    isText(root['type']) &&
    isText(root['run_id']) &&
    isText(root['user_id']) &&
    isText(root['thread_id']) &&
    isText(root['agent_name']) &&
    (isText(timestamp) || Number.isFinite(timestamp)) &&
    isText(root['event_id']) &&
    isJsonObject(data);
  if (!isEnvelope) return false;
  switch (type) {
    case 'tool_executing':
      return isText(root['tool_name']);
    case 'tool_completed':
      return isText(root['tool_name']) && root['results'] !== undefined;
    case 'agent_completed':
      return typeof data['final_response'] === 'string';
    case 'agent_started':
    case 'agent_thinking':
    case 'agent_failed':
    case 'agent_error':
    case 'agent_death':
    case 'agent_stopped':
    case 'subagent_started':
    case 'subagent_completed':
      return true;
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function checkTolerant(event: CanonicalEvent, options: ShapeOptions): readonly Violation[] {
  const isToolEvent = event.type === 'tool_executing' || event.type === 'tool_completed';
  const needsToolName = isToolEvent && event.toolName === null;
  if (event.timestampMs !== null && !needsToolName) return NONE;
  const found: Violation[] = [];
  const report = reporter(event, options, found);
  if (event.timestampMs === null) {
    const value = event.root['timestamp'] ?? event.payload['timestamp'];
    report(
      value === undefined ? 'EVT-FIELD-MISSING' : 'EVT-TIMESTAMP',
      'timestamp',
      'ISO 8601 text or epoch',
      kindOf(value),
    );
  }
  if (needsToolName) report('EVT-FIELD-MISSING', 'tool_name', 'a non-empty string', 'nothing');
  return found;
}

type Report = (rule: Violation['rule'], field: string, expected: string, actual: string) => void;

function reporter(event: CanonicalEvent, options: ShapeOptions, found: Violation[]): Report {
  return (rule, field, expected, actual) => {
    const where = `${event.type}.${field}`;
    const fields = { expected, actual, where };
    const { eventIndex } = options;
    found.push(violation(rule, eventIndex === undefined ? fields : { ...fields, eventIndex }));
  };
}

function expectedAt(path: readonly PropertyKey[]): string {
  const field = path.at(-1);
  if (field === 'data') return 'an object';
  if (field === 'results') return 'a result';
  return field === 'timestamp' ? 'ISO 8601 text or epoch' : 'a non-empty string';
}

function valueAt(root: JsonObject, path: readonly PropertyKey[]): unknown {
  let value: unknown = root;
  for (const key of path) {
    if (typeof key !== 'string' || !isJsonObject(value)) return undefined;
    value = value[key];
  }
  return value;
}
