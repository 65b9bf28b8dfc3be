import { z } from 'zod';
import { BEHAVIOUR_NAMES, type Behaviour, BEHAVIOURS, GENERATIONS } from '../contract/behaviour.ts';

const valueSchema = (behaviour: Behaviour): z.ZodOptional<z.ZodEnum<Record<string, string>>> =>
  z.enum(Object.keys(BEHAVIOURS[behaviour].values)).optional();

/** What a fingerprint must show: the generation, and where one is pinned, the very value that a known-good run showed. */
export const expectedFingerprintSchema = z.strictObject({
  generation: z
    .enum(GENERATIONS)
    .describe('The generation that must answer; reference is the canonical dialect of docs/PROTOCOL.md.'),
  behaviours: z
    .strictObject({
      'health-body': valueSchema('health-body'),
      welcome: valueSchema('welcome'),
      'subprotocol-echo': valueSchema('subprotocol-echo'),
      identity: valueSchema('identity'),
      'first-message': valueSchema('first-message'),
      'auth-failure': valueSchema('auth-failure'),
      'websocket-path': valueSchema('websocket-path'),
      'ws-test-path': valueSchema('ws-test-path'),
      'ticket-path': valueSchema('ticket-path'),
    })
    .optional()
    .describe(
      'Values that a known-good run showed (report.md, section Fingerprint): each must be observed, and no other one.',
    ),
});
export type ExpectedFingerprint = z.infer<typeof expectedFingerprintSchema>;

/** One way in which a behaviour was seen during a run, with the record that showed it first. */
const seenBehaviourSchema = z.strictObject({
  behaviour: z.enum(BEHAVIOUR_NAMES),
  value: z.string(),
  count: z.int(),
  firstAtMs: z.number(),
  lastAtMs: z.number(),
  /** Record of the first observation. */
  evidence: z.string(),
});
export type SeenBehaviour = z.infer<typeof seenBehaviourSchema>;

/** What a run that is judged by behaviours expected, and all that it saw of them. */
export const fingerprintSchema = z.strictObject({
  expected: expectedFingerprintSchema,
  seen: z.array(seenBehaviourSchema),
});
export type Fingerprint = z.infer<typeof fingerprintSchema>;
