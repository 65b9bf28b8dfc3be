import { brokenRule, explainsRules, must } from '../build.ts';
import type { Hypothesis } from '../hypothesis.ts';

/** The target sends back a secret that it was given, or shows one of its own. */
export const TOKEN_ECHOED: Hypothesis = {
  name: 'TOKEN_ECHOED',
  title: 'the target sends tokens or keys back where logs and proxies can read them',
  owner: 'auth',
  remedy: 'Take the token out of close reasons, error bodies and headers, and rotate what was shown.',
  outranks: false,
  predictions: [must('a part of a secret comes back', brokenRule('SEC-'), undefined, 0.9)],
  explains: explainsRules('SEC-'),
  brings: [],
};
