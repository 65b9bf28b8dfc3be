import type { CanonicalEvent } from './event.ts';
import { objectField } from './json-object.ts';

const RESPONSE_FIELDS = ['final_response', 'response', 'content', 'result', 'results', 'message'] as const;
const REASONING_FIELDS = ['reasoning', 'thought', 'content', 'message'] as const;
const RESULT_FIELDS = ['results', 'result'] as const;
const PARAMETER_FIELDS = ['parameters', 'tool_args'] as const;

/** A business field of an event, looked up in its payload, in the envelope, then in `data` and `data.payload`. */
function eventField(event: CanonicalEvent, name: string): unknown {
  const own = event.payload[name] ?? event.root[name];
  if (own !== undefined) return own;
  const data = objectField(event.root, 'data');
  if (data === null) return undefined;
  return data[name] ?? objectField(data, 'payload')?.[name];
}

/** The answer of `agent_completed` under any of its published names (wire-contract.md §5.2); null when it is no text. */
export function finalResponseOf(event: CanonicalEvent): string | null {
  return firstText(event, RESPONSE_FIELDS);
}

/** The text of `agent_thinking` under any of its published names (wire-contract.md §5.2). */
export function reasoningOf(event: CanonicalEvent): string | null {
  return firstText(event, REASONING_FIELDS);
}

/** The result of `tool_completed`; undefined when there is none. */
export function toolResultOf(event: CanonicalEvent): unknown {
  return firstField(event, RESULT_FIELDS);
}

/** The parameters of `tool_executing`; undefined when there are none. */
export function toolParametersOf(event: CanonicalEvent): unknown {
  return firstField(event, PARAMETER_FIELDS);
}

function firstField(event: CanonicalEvent, names: readonly string[]): unknown {
  for (const name of names) {
    const value = eventField(event, name);
    if (value !== undefined) return value;
  }
  return undefined;
}

function firstText(event: CanonicalEvent, names: readonly string[]): string | null {
  for (const name of names) {
    const value = eventField(event, name);
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}
