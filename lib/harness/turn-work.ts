import { toolResultOf } from '../contract/event-content.ts';
import type { ChatTurn } from '../ws/turn.ts';
import { parametersOf, reasoningTextOf } from './event-text.ts';

/** Ids differ from run to run, also in a canned answer: they are no work. */
const ID = /\b(?:thread|run|exec|req|evt|msg)_[A-Za-z0-9_-]+/g;

/** What an agent did in a turn, as text without ids: its thoughts, the parameters of its tools and their results. */
export function workOf(turn: ChatTurn): string {
  const steps = turn.events.map((event) => {
    switch (event.type) {
      case 'agent_thinking':
        return reasoningTextOf(event);
      case 'tool_executing':
        return parametersOf(event) ?? '';
      case 'tool_completed':
        return JSON.stringify(toolResultOf(event) ?? null);
      default:
        return '';
    }
  });
  return withoutIds(steps.join('\n'));
}

/** A text whose ids of threads, runs and the like all read the same. */
export function withoutIds(text: string): string {
  return text.replaceAll(ID, 'id');
}
