import type { HarnessErrorCode } from './errors.ts';

/**
 * What an error of the harness does to a run: it is refused before any packet, it voids the run, it leaves a
 * check without a clear verdict, or somebody ended the run.
 */
export const ERROR_EFFECTS = ['refused', 'void', 'unclear', 'interrupted'] as const;
export type ErrorEffect = (typeof ERROR_EFFECTS)[number];

/** What docs/errors.md prints for one code. */
export interface HarnessErrorText {
  readonly meaning: string;
  readonly effect: ErrorEffect;
  readonly usualCause: string;
  readonly nextStep: string;
}

/** Texts of every harness error, by code. The message of an error names the instance, this names the kind. */
export const HARNESS_ERROR_TEXTS: Readonly<Record<HarnessErrorCode, HarnessErrorText>> = {
  BACKEND_DIED: {
    meaning: 'The embedded reference backend ended in the middle of the run that used it.',
    effect: 'void',
    usualCause: 'Somebody or something ended its process: a signal, or a machine without memory.',
    nextStep:
      'Run again; whatever was seen after its end says nothing about a target. If it ends by itself, start it alone: `stagegate backend`.',
  },
  BACKEND_START_FAILED: {
    meaning: 'The embedded reference backend did not start.',
    effect: 'void',
    usualCause: 'A port that is taken, or a machine too busy to start it in time.',
    nextStep: 'Read what it printed, which stands in the message, and start it alone: `stagegate backend`.',
  },
  BLOCKED: {
    meaning: 'A check was not asked because something it stands on does not hold.',
    effect: 'unclear',
    usualCause: 'A rung of the preflight ladder, or the check named in `needs`, is not passed.',
    nextStep: 'Mend the rung or check that `blockedBy` names; the blocked ones follow it.',
  },
  CAPABILITY_MISSING: {
    meaning: 'A check needs something that the target, or these settings, do not offer.',
    effect: 'unclear',
    usualCause: 'The policy declares it missing (then `skipped`), or a key is not set (then `inconclusive`).',
    nextStep: 'Set the key that the message names, or remove the declaration once the target can do it.',
  },
  CONFIG_INVALID: {
    meaning: 'The settings, the policy or a file they name cannot be used.',
    effect: 'refused',
    usualCause: 'A missing or misspelt setting, a production-like address, or a check that no spec declares.',
    nextStep: 'Correct every problem of the list; `.env.staging.example` says who issues each value.',
  },
  CONNECTION_CLOSED: {
    meaning: 'A check went on with a WebSocket connection that had ended.',
    effect: 'unclear',
    usualCause: 'The target, or something on the way, ended the connection earlier than the check expected.',
    nextStep:
      'Read the `ws.close` record of the connection: code, reason, initiator, milliseconds since open.',
  },
  CONTROL_MISSING: {
    meaning: 'A bad token was refused, and a valid one on the same path was refused too.',
    effect: 'unclear',
    usualCause: 'The target refuses everybody, or the path is wrong; the refusal then proves nothing.',
    nextStep: 'Make a valid token work first.',
  },
  DEADLINE_EXCEEDED: {
    meaning: 'Our own budget was used up while we waited: "no answer within n ms", never "down".',
    effect: 'unclear',
    usualCause: 'A target slower than the budget of the check.',
    nextStep: 'Look at what the check awaited and at the last record before that.',
  },
  DISK_WRITE_FAILED: {
    meaning: 'A record or report could not be written, so evidence may be missing.',
    effect: 'void',
    usualCause: 'A full or read-only disk.',
    nextStep: 'Free disk space, or choose another folder with `--out`.',
  },
  EVIDENCE_MISSING: {
    meaning: 'Every assertion of a check held, but what it must have seen on the wire was not recorded.',
    effect: 'unclear',
    usualCause: 'The check never reached the target, or not as often as its floor demands.',
    nextStep: 'Read the records of the check in `evidence.ndjson`.',
  },
  HANDSHAKE_FAILED: {
    meaning: 'An opening handshake got no answer: not an acceptance, not a refusal.',
    effect: 'unclear',
    usualCause: 'DNS, TCP, TLS, or a target that stopped while the run went on.',
    nextStep: 'Read the phase in the message and run `stagegate doctor`.',
  },
  HANDSHAKE_REFUSED: {
    meaning: 'A breaker answered instead of the check of tokens, and stayed open.',
    effect: 'unclear',
    usualCause: 'Earlier refusals, of this run or of another one on the same target.',
    nextStep:
      'Wait until the breaker of the target has closed, and let no other run refuse tokens meanwhile.',
  },
  HOOK_FAILED: {
    meaning: 'Something failed in a spec file outside every check; its checks are `not-run`.',
    effect: 'void',
    usualCause: 'An import that fails, code at the top of a spec, or a bare test without a check.',
    nextStep: 'Correct the spec file that the message names.',
  },
  HTTP_FAILED: {
    meaning: 'An HTTP request got no answer.',
    effect: 'unclear',
    usualCause: 'A wrong address, or a service that is not running.',
    nextStep: 'Read the phase in the message and run `stagegate doctor`.',
  },
  INTERRUPTED: {
    meaning: 'The run was ended by a signal; what was not finished is `not-run`.',
    effect: 'interrupted',
    usualCause: 'Ctrl-C, or a CI system that cancelled the job.',
    nextStep: 'Run again; the report files show how far it came.',
  },
  LEDGER_UNREADABLE: {
    meaning: 'A file that a process of the run wrote is broken in the middle.',
    effect: 'void',
    usualCause: 'A full disk, or somebody changed the work folder during the run.',
    nextStep: 'Run again on a disk with room; report it when it comes back.',
  },
  LIMIT_EXCEEDED: {
    meaning: 'A connection passed our limit of message size, number or time, and we ended it.',
    effect: 'unclear',
    usualCause: 'The target sends without bound.',
    nextStep: 'Look at the last messages of the connection.',
  },
  METRIC_STUCK: {
    meaning: 'A metric gave the same value every time: it measures nothing.',
    effect: 'unclear',
    usualCause: 'A constant, a cached figure, or the figure of another process.',
    nextStep: 'Have the target report the live value, or declare the capability missing.',
  },
  OBSERVER_SLOW: {
    meaning: 'A budget was exceeded while our own event loop was late: the delay may be ours.',
    effect: 'unclear',
    usualCause: 'A busy machine, or too many checks at once.',
    nextStep: 'Run again on a quiet machine.',
  },
  ORIGIN_UNKNOWN: {
    meaning:
      'Only openings with an Origin were refused, and the one that was sent is a guess: no web app is known to be served from there.',
    effect: 'unclear',
    usualCause: 'The target serves a list of origins, as it should, and WEBSOCKET_ORIGIN is not set.',
    nextStep: 'Set `WEBSOCKET_ORIGIN` to the origin that your web app is served from.',
  },
  PLAN_DRIFT: {
    meaning: '`suites/plan.json` and what the specs declare are not the same checks.',
    effect: 'void',
    usualCause: 'A check was added, changed or removed without the manifest.',
    nextStep: 'Run `npm run plan`, read the difference, and commit it.',
  },
  PRODUCTION_GUARD: {
    meaning: 'A token or a bypass key was about to be made for, or sent to, a host that is not allowed.',
    effect: 'void',
    usualCause: 'A production-like name, or a host outside ALLOWED_HOSTS that the settings did not show.',
    nextStep: 'Correct the address; nothing was signed or sent.',
  },
  REPORTER_FAILED: {
    meaning: 'One report could not be made; the others are written all the same.',
    effect: 'void',
    usualCause: 'A fault of the harness.',
    nextStep: 'Report it with `run.json`.',
  },
  REVISION_UNTOLD: {
    meaning:
      'The 101 answers name no revision, and the policy does not declare that: what answered the openings is not known.',
    effect: 'unclear',
    usualCause: 'A header that only the HTTP side sends, or that a hop drops from the 101 answer.',
    nextStep:
      'Send the header of `REVISION_HEADER` on the 101 answer too, or declare the capability `revision-on-opening` missing in the policy.',
  },
  RUNG_UNDECIDED: {
    meaning: 'A rung of the preflight ladder was asked and could not be decided.',
    effect: 'unclear',
    usualCause: 'No answer within the budget, or an answer that does not decide.',
    nextStep: 'Follow the next step of the rung: `stagegate doctor` shows it alone.',
  },
  RUNNER_FAILED: {
    meaning: 'The test runner, or the code around it, failed.',
    effect: 'void',
    usualCause: 'A broken installation, or a fault of the harness.',
    nextStep: 'Run `npm ci` again; report it when it comes back.',
  },
  TOKEN_REFUSED: {
    meaning: 'The auth service answered and gave no usable token.',
    effect: 'unclear',
    usualCause: 'A bypass key that is wrong or not configured there, or one identity for all users.',
    nextStep: 'Ask the auth team; the message holds the status and the reason.',
  },
  UNEXPECTED_ERROR: {
    meaning: 'The body of a check threw something that is no verdict.',
    effect: 'void',
    usualCause: 'A fault of the check or of the harness, not of the target.',
    nextStep: 'Correct the check; `run.json` names it.',
  },
  UNHANDLED_ERROR: {
    meaning: 'An error that nobody handled came up beside the checks.',
    effect: 'void',
    usualCause: 'A promise that no code awaits, in a check or in the harness.',
    nextStep: 'Find the promise; the message holds what it was rejected with.',
  },
  USAGE: {
    meaning: 'The command line cannot be used.',
    effect: 'refused',
    usualCause: 'An unknown flag, a value out of range, or a fault that the catalogue does not have.',
    nextStep: '`npm run stagegate -- COMMAND --help` lists the flags.',
  },
  WORKER_DIED: {
    meaning: 'The worker process ended before its checks; what it had recorded is kept.',
    effect: 'void',
    usualCause: 'Out of memory, or somebody killed it.',
    nextStep: 'Run again; look at the memory of the machine.',
  },
};
