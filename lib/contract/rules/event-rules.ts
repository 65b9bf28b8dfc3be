import type { RuleFamily } from './rule-text.ts';

/** Shape of single messages and events (wire-contract.md §3.1, §5.1–§5.4). */
export const EVENT_RULES = {
  'EVT-MALFORMED-JSON': {
    title: 'message is not JSON',
    meaning: 'Every message is one JSON text.',
    usualCause: 'A truncated send, or a proxy that writes into the stream.',
    nextStep: 'Read the sample of the message in the ledger; compare with a direct connection to the origin.',
  },
  'EVT-NOT-OBJECT': {
    title: 'message is not an object with a type',
    meaning: 'Every message is a JSON object whose `type` is a non-empty string.',
    usualCause: 'A handler sends a bare value, or a serializer drops the type.',
    nextStep: 'Find the emitter of this message by its neighbours in the ledger.',
  },
  'EVT-BINARY': {
    title: 'binary message',
    meaning: 'All messages are text (wire-contract.md §3).',
    usualCause: 'Bytes are sent without decoding, or compression at the application level.',
    nextStep: 'Check which component sends bytes instead of text.',
  },
  'EVT-TYPE-UNKNOWN': {
    title: 'unknown event type',
    meaning: 'Every message type is one of the published names.',
    usualCause: 'A new or misspelt type was deployed without the contract.',
    nextStep: 'Compare the type with docs/PROTOCOL.md; add it there or fix the emitter.',
  },
  'EVT-RENAMED': {
    title: 'event arrives under another name',
    meaning: 'The five events keep their canonical names on the wire.',
    usualCause: 'An emitter merges business fields over the envelope, so that `type` is overwritten.',
    nextStep: 'Look for a `type` field inside the business data of this event (wire-contract.md §5.3).',
  },
  'EVT-DOUBLE-WRAPPED': {
    title: 'event is wrapped twice',
    meaning: 'An event has exactly one envelope.',
    usualCause: 'Two layers each wrap the event before it is sent.',
    nextStep: 'Find the second wrapper between the agent and the socket.',
  },
  'EVT-ENVELOPE': {
    title: 'event uses another envelope',
    meaning:
      'The target speaks the envelope it declares; the canonical dialect is V1 with `thread_id` at the root.',
    usualCause: 'Another code path or another generation of the backend emits the event.',
    nextStep: 'Compare the variant with the revision and the generation of the target.',
  },
  'EVT-FIELD-MISSING': {
    title: 'required field is missing',
    meaning: 'Every event carries the required fields of its type (docs/PROTOCOL.md).',
    usualCause: 'The emitter was changed, or another code path emits the event.',
    nextStep: 'Fix the emitter of this event type; the violation names the field.',
  },
  'EVT-FIELD-TYPE': {
    title: 'field has the wrong type',
    meaning: 'Fields have the published type: ids are non-empty strings, `data` is an object.',
    usualCause: 'A serializer changed, or a null was sent for an id.',
    nextStep: 'Fix the emitter of this event type; the violation names the field.',
  },
  'EVT-PLACEHOLDER-ID': {
    title: 'id is a placeholder',
    meaning: 'Ids name a real user, thread and run.',
    usualCause: 'The event was emitted without its execution context.',
    nextStep: 'Trace how the context reaches the emitter of this event.',
  },
  'EVT-TIMESTAMP': {
    title: 'timestamp cannot be read',
    meaning: 'A timestamp is an ISO 8601 text, epoch seconds or epoch milliseconds.',
    usualCause: 'A serializer changed.',
    nextStep: 'Look at the raw value in the ledger.',
  },
  'EVT-TIMESTAMP-SKEW': {
    title: 'timestamp is far from the time of receipt',
    meaning: 'Server timestamps are within an hour of the time of receipt (wire-contract.md §5.6).',
    usualCause: 'A replayed event, or a wrong clock on one instance.',
    nextStep: 'Compare with the `Date` header of the same host.',
  },
  'EVT-CANNED': {
    title: 'answer looks canned',
    meaning: 'The five events come from a real agent run.',
    usualCause:
      'A mock or fallback agent answers: regular spacing, the prompt echoed (wire-contract.md §9.1 F24).',
    nextStep:
      'Ask for something only a real agent can answer; check the health of the model and agent services.',
  },
  'EVT-ERROR-FRAME': {
    title: 'unexpected error frame',
    meaning: 'A legal request is not answered by an error frame.',
    usualCause: 'The handler of the message failed; the frame names the code.',
    nextStep: 'Read the code and message of the frame in the ledger.',
  },
  'EVT-AGENT-FAILED': {
    title: 'agent reported a failure',
    meaning: 'A golden-path run ends in `agent_completed`.',
    usualCause: 'The agent or one of its tools raised an error.',
    nextStep: 'Read the error fields of the event; look up the run id in the service logs.',
  },
  'EVT-RESULT-WRONG': {
    title: 'result does not match the request',
    meaning: 'The final response answers the prompt that was sent.',
    usualCause: 'A constant answer, or the answer of another run.',
    nextStep: 'Compare the canary of the prompt with the final response in the ledger.',
  },
  'EVT-RESULT-SAME': {
    title: 'one answer to many questions',
    meaning:
      'What is answered depends on what was asked: distinct questions do not all get one and the same text.',
    usualCause: 'The model or its quota is gone, and an apology or an error text is sent as the answer.',
    nextStep:
      'Read the common answer; look at the errors of the model provider at the time of the named turns.',
  },
  'EVT-RESULT-GARBLED': {
    title: 'characters outside ASCII come back damaged',
    meaning:
      'What a user writes in any script comes back as it was written; only its Unicode normal form may differ.',
    usualCause: 'UTF-8 read as Latin-1 on the way, or a text cut inside a character.',
    nextStep:
      'Compare the bytes of the prompt and of the final response in the ledger; look for a decoder without a charset.',
  },
  'EVT-TOO-MANY': {
    title: 'endless stream of events',
    meaning: 'A turn is finite: it ends with its terminal event before our limit of messages.',
    usualCause: 'An agent loop, or a re-delivery loop.',
    nextStep: 'Look at the counts per type in the turn record.',
  },
  'EVT-TOO-DEEP': {
    title: 'message is nested too deep',
    meaning: 'Messages are flat enough to be parsed within our limits.',
    usualCause: 'A recursive structure was serialized.',
    nextStep: 'Find the emitter; look for a cycle that is cut by depth.',
  },
} as const satisfies RuleFamily<'EVT'>;
