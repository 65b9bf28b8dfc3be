import type { Frame } from './envelope.ts';
import { checkEventShape, type ShapeOptions } from './event.ts';
import { violation, type Violation } from './violation.ts';
import { checkWelcome } from './welcome.ts';

const NONE: readonly Violation[] = Object.freeze([]);

/**
 * Judges a single frame: its shape and its type, not its place in the order. Error frames are legal by themselves;
 * whether one was to be expected is for the caller to say (`EVT-ERROR-FRAME`).
 */
export function checkFrame(frame: Frame, options: ShapeOptions): readonly Violation[] {
  switch (frame.kind) {
    case 'agent-event':
      return checkEventShape(frame.event, options);
    case 'welcome':
      return options.dialect === 'canonical' ? checkWelcome(frame.welcome) : NONE;
    case 'malformed':
      if (frame.reason === 'too-deep')
        return [located('EVT-TOO-DEEP', 'a message of few levels', frame.detail, options)];
      if (frame.reason === 'binary') {
        return [located('EVT-BINARY', 'a text message', 'a binary message', options)];
      }
      return [
        frame.reason === 'not-json'
          ? located(
              'EVT-MALFORMED-JSON',
              'one JSON text',
              `a text that is not JSON (${frame.detail})`,
              options,
            )
          : located('EVT-NOT-OBJECT', 'an object with a type', `${frame.reason} (${frame.detail})`, options),
      ];
    case 'unknown':
      return [located('EVT-TYPE-UNKNOWN', 'a published type', `type "${frame.type.slice(0, 80)}"`, options)];
    case 'handshake':
    case 'error':
    case 'liveness':
    case 'other':
      return NONE;
  }
}

function located(
  rule: Violation['rule'],
  expected: string,
  actual: string,
  options: ShapeOptions,
): Violation {
  const fields = { expected, actual, where: 'message' };
  const { eventIndex } = options;
  return violation(rule, eventIndex === undefined ? fields : { ...fields, eventIndex });
}
