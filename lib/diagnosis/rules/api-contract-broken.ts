import { hardly, must } from '../build.ts';
import { matchesRule, type Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { outages } from '../outage.ts';
import { citedSessions, letInBy } from '../selection.ts';
import { whether } from '../sighting.ts';
import type { Symptom } from '../symptom.ts';

const OF_API: readonly string[] = [
  'API-',
  'HLT-BODY',
  'HLT-READINESS-ABSENT',
  'HLT-REVISION-ABSENT',
  'HLT-WS-HEALTH',
  'HLT-E2E-TESTING',
  'HLT-PREAUTH-CONTRADICTED',
  'HLT-TIMEOUTS-UNSET',
  'AUTH-BREAKER-REPORT',
  'AUTH-TOKEN-CLAIMS',
];
/** Answers of an outage, of a limit or of refused tokens: another cause's. */
const OF_OTHERS: readonly number[] = [401, 403, 429, 502, 503, 504];

/** The HTTP API is served, and says something else than it promises. */
export const API_CONTRACT_BROKEN: Hypothesis = {
  name: 'API_CONTRACT_BROKEN',
  title: 'the HTTP API is served and breaks its contract',
  owner: 'backend',
  remedy:
    'Compare the cited answer with the documented one; look for a router that is not mounted, a fallback, or a store that does not keep.',
  outranks: false,
  predictions: [
    must('an answer of the API is not the promised one', (facts) => whether(broken(facts)), undefined, 0.75),
    hardly('the whole service is down', (facts) => whether(outages(facts).persists), undefined, 0.6),
  ],
  explains: (symptom, facts) => isOfApi(symptom, facts),
  brings: [],
  detail: ({ symptoms }) =>
    symptoms.some(({ reason }) => reason === 'REVISION_UNTOLD')
      ? 'the 101 answer names no revision, and the policy does not declare revision-on-opening missing'
      : null,
};

function isOfApi(symptom: Symptom, facts: Facts): boolean {
  const { rule, statuses, rung, where, reason } = symptom;
  // What the policy does not declare missing is promised.
  if (reason === 'REVISION_UNTOLD') return true;
  if (rule === null || letInBy(symptom, facts).length > 0) return false;
  if (rule === 'EVT-ERROR-FRAME') return isThreadOfApi(where, facts);
  if (rule === 'AUTH-IDENTITY-WRONG')
    return statuses.includes(200) && citedSessions(symptom, facts).length === 0;
  // What the API does not keep cannot be resumed.
  if (rule === 'WS-RESUME-LOST') return facts.broken('API-THREAD-NOT-PERSISTED').length > 0;
  // A target that the ladder found healthy, and in the expected environment, contradicts itself.
  if (rule === 'HLT-STATUS' || rule === 'HLT-ENVIRONMENT')
    return rung === null && facts.rung('environment', 'held').length > 0;
  if (!matchesRule(rule, OF_API)) return false;
  return (
    rule !== 'API-STATUS' || !statuses.some((status) => OF_OTHERS.includes(status)) || rule.startsWith('HLT-')
  );
}

/** A check that made a thread over HTTP, and was refused on the socket with it. */
function isThreadOfApi(where: string, facts: Facts): boolean {
  return facts.exchanges.some(
    ({ check, method, path, status }) =>
      check === where && method === 'POST' && path === '/api/threads' && status !== null && status < 300,
  );
}

function broken(facts: Facts): readonly string[] {
  return facts.symptoms
    .filter((symptom) => isOfApi(symptom, facts))
    .flatMap(({ evidence, where }) => (evidence.length > 0 ? evidence.slice(-2) : [where]));
}
