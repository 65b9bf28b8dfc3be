import { XMLBuilder } from 'fast-xml-parser';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { RecordedCheck, RunRecord } from '../evidence/run-record.ts';
import { kindOfVerdict } from '../evidence/verdict.ts';
import type { Decision } from '../gate/decision.ts';
import { assertNever } from '../foundation/errors.ts';
import { printable } from '../foundation/printable.ts';
import { ledgerLine } from './ledger-line.ts';
import { decisiveAttempt } from './red-group.ts';
import { reproductionLine, reproductionText } from './reproduction-line.ts';

type XmlNode = Readonly<Record<string, unknown>>;

/**
 * The run as JUnit XML. A product red is a `failure`, anything unknown an `error`; the decision is a
 * test case of its own, so that any viewer shows it, and a run without checks is never an empty green file.
 */
export function junitXml(record: RunRecord, decision: Decision, diagnosis: Diagnosis | null = null): string {
  const suites = [...new Set(record.checks.map(({ suite }) => suite))];
  const causes = new Map(
    (diagnosis?.hypotheses ?? []).flatMap(({ hypothesis, checks }) =>
      checks.map((id) => [id, hypothesis] as const),
    ),
  );
  const bySuite = suites.map((suite) =>
    suiteNode(
      suite,
      record.checks.filter((check) => check.suite === suite),
      record,
      causes,
    ),
  );
  const gate = gateNode(record, decision, diagnosis);
  const all = [gate, ...bySuite];
  const sum = (name: string): number => all.reduce((total, node) => total + Number(node[`@_${name}`]), 0);
  const builder = new XMLBuilder({
    ignoreAttributes: false,
    attributeNamePrefix: '@_',
    format: true,
    suppressEmptyNode: true,
    // An attribute whose value is the word `true` would lose it, and the file would not be XML.
    suppressBooleanAttributes: false,
    processEntities: true,
  });
  const body: unknown = builder.build({
    testsuites: {
      '@_name': `stagegate ${record.target.environment}`,
      '@_tests': sum('tests'),
      '@_failures': sum('failures'),
      '@_errors': sum('errors'),
      '@_skipped': sum('skipped'),
      '@_time': sum('time').toFixed(3),
      '@_timestamp': record.startedAt,
      testsuite: all,
    },
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${String(body)}`;
}

function suiteNode(
  name: string,
  checks: readonly RecordedCheck[],
  record: RunRecord,
  causes: ReadonlyMap<string, string>,
): XmlNode {
  const kinds = checks.map(kindOf);
  const count = (kind: string): number => kinds.filter((candidate) => candidate === kind).length;
  return {
    '@_name': name,
    '@_tests': checks.length,
    '@_failures': count('failure'),
    '@_errors': count('error'),
    '@_skipped': count('skipped'),
    '@_time': seconds(checks.reduce((sum, check) => sum + durationMs(check), 0)),
    '@_timestamp': record.startedAt,
    testcase: checks.map((check) => caseNode(check, causes.get(check.id) ?? null)),
  };
}

function caseNode(check: RecordedCheck, cause: string | null): XmlNode {
  const attempt = decisiveAttempt(check);
  const reason = attempt?.reason?.message ?? 'never asked';
  const reproduction = reproductionText(check);
  const refs = attempt?.evidence.refs ?? [];
  const base = {
    '@_name': xmlText(`${check.id} ${check.title}`),
    '@_classname': `stagegate.${check.suite}`,
    '@_file': check.file,
    '@_time': seconds(durationMs(check)),
    properties: {
      property: [
        { '@_name': 'severity', '@_value': check.severity },
        { '@_name': 'owner', '@_value': check.owner },
        { '@_name': 'verdict', '@_value': check.verdict },
        ...(cause === null ? [] : [{ '@_name': 'cause', '@_value': cause }]),
        ...(reproduction === null ? [] : [{ '@_name': 'reproduction', '@_value': xmlText(reproduction) }]),
        ...(refs.length === 0 ? [] : [{ '@_name': 'evidence', '@_value': refs.slice(0, 20).join(' ') }]),
      ],
    },
  };
  const kind = kindOf(check);
  const others = check.attempts.filter((one) => one !== attempt);
  switch (kind) {
    case 'failure': {
      const text = violationText(attempt);
      return {
        ...base,
        failure: {
          '@_message': xmlText(
            `${reproduction === null ? '' : `${reproduction}: `}${text.split('\n')[0] ?? ''}`,
          ),
          '@_type': attempt?.violations[0]?.rule ?? 'violation',
          '#text': xmlText(text),
        },
        ...attemptNodes('rerun', others),
      };
    }
    case 'error':
      return {
        ...base,
        error: {
          '@_message': xmlText(`${check.verdict}: ${reason}`),
          '@_type': attempt?.reason?.code ?? check.verdict,
        },
        ...attemptNodes('rerun', others),
      };
    case 'skipped':
      return { ...base, skipped: { '@_message': xmlText(reason) } };
    case 'none':
      return {
        ...base,
        ...(check.verdict === 'flaky' ? attemptNodes('flaky', check.attempts) : {}),
        ...(reproduction === null ? {} : { 'system-out': xmlText(reproduction) }),
      };
    default:
      return assertNever(kind);
  }
}

type Attempt = RecordedCheck['attempts'][number];

/** Attempts that did not pass, in the words of Surefire: `flaky…` when a later one passed, `rerun…` when none did. */
function attemptNodes(kind: 'flaky' | 'rerun', attempts: readonly Attempt[]): XmlNode {
  const node = (attempt: Attempt): XmlNode => {
    const text = attempt.violations.length > 0 ? violationText(attempt) : (attempt.reason?.message ?? '');
    return {
      '@_message': xmlText(`attempt ${attempt.attempt}: ${text.split('\n')[0] ?? ''}`),
      '@_type': attempt.violations[0]?.rule ?? attempt.reason?.code ?? attempt.verdict,
      stackTrace: xmlText(text),
    };
  };
  const failures = attempts.filter(({ verdict }) => verdict === 'failed').map(node);
  const errors = attempts.filter(({ verdict }) => kindOfVerdict(verdict) === 'unknown').map(node);
  return {
    ...(failures.length === 0 ? {} : { [`${kind}Failure`]: failures }),
    ...(errors.length === 0 ? {} : { [`${kind}Error`]: errors }),
  };
}

function violationText(attempt: Attempt | null): string {
  return (attempt?.violations ?? [])
    .map(({ rule, expected, actual, where }) => `${rule}: expected ${expected}, got ${actual} (${where})`)
    .join('\n');
}

function gateNode(record: RunRecord, decision: Decision, diagnosis: Diagnosis | null): XmlNode {
  const text = [...decision.reasons.map((reason) => reason.text), ...causeTexts(diagnosis)].join('\n');
  const reproductions = reproductionLine(record);
  const message = xmlText(
    `${decision.headline}: ${ledgerLine(decision.counts)}${reproductions === null ? '' : `; ${reproductions}`}`,
  );
  const failed = decision.decision === 'NO_GO';
  const unknown = decision.decision === 'INCONCLUSIVE';
  return {
    '@_name': 'gate',
    '@_tests': 1,
    '@_failures': failed ? 1 : 0,
    '@_errors': unknown ? 1 : 0,
    '@_skipped': 0,
    '@_time': '0.000',
    '@_timestamp': record.decidedAt,
    testcase: {
      '@_name': 'gate.decision',
      '@_classname': 'stagegate.gate',
      '@_time': '0.000',
      ...(failed
        ? { failure: { '@_message': message, '@_type': decision.decision, '#text': xmlText(text) } }
        : {}),
      ...(unknown
        ? { error: { '@_message': message, '@_type': decision.decision, '#text': xmlText(text) } }
        : {}),
      ...(failed || unknown ? {} : { 'system-out': message }),
    },
  };
}

function causeTexts(diagnosis: Diagnosis | null): readonly string[] {
  const causes = diagnosis?.hypotheses.filter(({ role }) => role === 'cause') ?? [];
  return causes.map(
    ({ hypothesis, title, owner, next }) => `cause ${hypothesis}: ${title} (owner: ${owner}); next: ${next}`,
  );
}

function kindOf(check: RecordedCheck): 'failure' | 'error' | 'skipped' | 'none' {
  switch (check.verdict) {
    case 'failed':
      return 'failure';
    case 'inconclusive':
    case 'blocked':
    case 'not-run':
      return 'error';
    case 'skipped':
      return 'skipped';
    case 'passed':
    case 'flaky':
      return 'none';
    default:
      return assertNever(check.verdict);
  }
}

function durationMs(check: RecordedCheck): number {
  return check.attempts.reduce((sum, attempt) => sum + attempt.durationMs, 0);
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}

// Characters that XML 1.0 cannot hold are replaced; U+FFFE and U+FFFF are not covered by `printable`.
function xmlText(text: string): string {
  return printable(text, 8_000).replace(/[\ufffe\uffff]/g, '\ufffd');
}
