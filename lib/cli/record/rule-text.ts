import { isRuleId, RULES } from '../../contract/rule.ts';

/** The texts of a rule for a report; null for a name that is no rule. */
export function ruleText(rule: string): { readonly nextStep: string } | null {
  return isRuleId(rule) ? RULES[rule] : null;
}
