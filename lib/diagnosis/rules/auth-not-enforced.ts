import { must } from '../build.ts';
import { matchesRule, type Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { demoWelcomes, idsOf, letInBy, probeAnswers } from '../selection.ts';
import { whether } from '../sighting.ts';

const ACCEPTED: readonly string[] = [
  'AUTH-NOT-ENFORCED',
  'AUTH-MALFORMED-ACCEPTED',
  'AUTH-EXPIRED-ACCEPTED',
  'AUTH-SIGNATURE-ACCEPTED',
  'AUTH-ALG-NONE-ACCEPTED',
  'AUTH-ISSUER-ACCEPTED',
  'AUTH-AUDIENCE-ACCEPTED',
  'AUTH-ENVIRONMENT-ACCEPTED',
  'AUTH-NOT-YET-VALID-ACCEPTED',
  'AUTH-TYPE-ACCEPTED',
  'AUTH-CLAIM-MISSING-ACCEPTED',
  'AUTH-PLACEHOLDER-ACCEPTED',
  'AUTH-REPLAY-ACCEPTED',
  'AUTH-BYPASS-OPEN',
  'AUTH-BYPASS-IN-PRODUCTION',
  'AUTH-BREAKER-STAYS-CLOSED',
  'AUTH-BARE-TOKEN-ACCEPTED',
  'AUTH-WELCOME-BEFORE-REFUSAL',
];

/** Somebody is let in who must not be: a check of tokens is off, or everybody becomes one user. */
export const AUTH_NOT_ENFORCED: Hypothesis = {
  name: 'AUTH_NOT_ENFORCED',
  title: 'authentication is not enforced: a check of tokens is switched off',
  owner: 'auth',
  remedy:
    'Look for a demo, test or permissive mode in the settings of the target and switch it off; check which claims the verifier demands.',
  outranks: false,
  predictions: [
    must(
      'a token that must be refused, or none, is accepted, or everybody is welcomed as a demo user',
      (facts) =>
        whether(
          [...facts.broken(...ACCEPTED), ...letIn(facts), ...demoWelcomes(facts), ...badWelcomes(facts)],
          probeAnswers(facts, 'bad-token', false),
        ),
      'bad-token',
      0.85,
    ),
  ],
  explains: (symptom, facts) =>
    symptom.rule !== null &&
    (matchesRule(symptom.rule, ACCEPTED) ||
      letInBy(symptom, facts).length > 0 ||
      (symptom.rule.startsWith('ISO-') && demoWelcomes(facts).length > 0) ||
      (isSuspect(facts) && ['AUTH-IDENTITY-WRONG', 'ISO-SHARED-IDENTITY'].includes(symptom.rule))),
  brings: [],
};

function letIn(facts: Facts): readonly string[] {
  return facts.symptoms.flatMap((symptom) => letInBy(symptom, facts));
}

/** Sessions of the probes that were welcomed without a good token. */
function badWelcomes(facts: Facts): readonly string[] {
  return idsOf(
    facts.sessions.filter(
      ({ check, token, outcome }) => check === null && token !== 'valid' && outcome === 'welcomed',
    ),
  );
}

/** Who is welcomed as somebody else may be anybody: possible until a bad token was tried. */
function isSuspect(facts: Facts): boolean {
  return demoWelcomes(facts).length + badWelcomes(facts).length > 0 || !facts.probes.has('bad-token');
}
