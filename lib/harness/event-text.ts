import { reasoningOf, toolParametersOf } from '../contract/event-content.ts';
import type { CanonicalEvent } from '../contract/event.ts';

/** The reasoning of `agent_thinking`; empty when there is none. */
export function reasoningTextOf(event: CanonicalEvent): string {
  return reasoningOf(event)?.trim() ?? '';
}

/** The parameters of `tool_executing` as text; null when there are none, an empty object counts as some. */
export function parametersOf(event: CanonicalEvent): string | null {
  const parameters = toolParametersOf(event) ?? null;
  return parameters === null ? null : JSON.stringify(parameters);
}
