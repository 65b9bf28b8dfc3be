import { API_RULES } from './rules/api-rules.ts';
import { AUTH_RULES } from './rules/auth-rules.ts';
import { EVENT_RULES } from './rules/event-rules.ts';
import { HEALTH_RULES } from './rules/health-rules.ts';
import { ISOLATION_RULES } from './rules/isolation-rules.ts';
import { ORDER_RULES } from './rules/order-rules.ts';
import { SECURITY_RULES } from './rules/security-rules.ts';
import { TIMING_RULES } from './rules/timing-rules.ts';
import { WEBSOCKET_RULES } from './rules/websocket-rules.ts';

/** Every promise that can be broken, by rule id; the source of docs/errors.md. */
export const RULES = {
  ...EVENT_RULES,
  ...ORDER_RULES,
  ...TIMING_RULES,
  ...WEBSOCKET_RULES,
  ...AUTH_RULES,
  ...ISOLATION_RULES,
  ...HEALTH_RULES,
  ...API_RULES,
  ...SECURITY_RULES,
} as const;

/** Stable id of a broken promise: a family (`EVT`, `ORD`, `TIM`, `WS`, `AUTH`, `ISO`, `HLT`, `API`, `SEC`) and the breach. */
export type RuleId = keyof typeof RULES;

/** Tells whether a string from outside, such as a policy file, names a rule. */
export function isRuleId(value: string): value is RuleId {
  return Object.hasOwn(RULES, value);
}
