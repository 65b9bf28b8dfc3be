import type { Violation } from '../contract/violation.ts';
import type { RuleId } from '../contract/rule.ts';
import type { ChatTurn } from '../ws/turn.ts';
import type { CheckContext } from './check-context.ts';

/** The one chat turn that several checks look at, each from its own side. */
export interface GoldenTurn {
  readonly turn: ChatTurn;
  readonly marker: string;
  readonly threadId: string | null;
  readonly subject: string;
}

/** Rules by the check that reports them; a rule named nowhere is reported by the check of the event shape. */
export const TURN_RULES = {
  required: ['ORD-REQUIRED-MISSING'],
  order: [
    'ORD-STARTED-NOT-FIRST',
    'ORD-STARTED-DUPLICATE',
    'ORD-TIMESTAMP-BACK',
    'ORD-AGENT-UNCLOSED',
    'ORD-AGENT-UNKNOWN',
    'ORD-TERMINAL-MISSING',
    'ORD-RUN-TRUNCATED',
  ],
  pairing: [
    'ORD-TOOL-ORPHAN',
    'ORD-TOOL-UNPAIRED',
    'ORD-TOOL-SWAPPED',
    'ORD-TOOL-CALL-REUSED',
    'ORD-TOOL-ID-PARTIAL',
  ],
  terminal: ['ORD-TERMINAL-DUPLICATE', 'ORD-EVENT-AFTER-TERMINAL'],
  identity: [
    'ORD-WRONG-RUN',
    'ORD-WRONG-THREAD',
    'ISO-FOREIGN-EVENT',
    'ORD-EVENT-ID-REUSED',
    'ORD-DUPLICATE-DELIVERY',
  ],
  timing: ['TIM-FIRST-EVENT', 'TIM-GAP', 'TIM-TURN', 'EVT-TIMESTAMP-SKEW'],
} as const satisfies Readonly<Record<string, readonly RuleId[]>>;

/** Runs the golden turn once per worker: a prompt that needs a tool, with a marker that the answer must hold. */
export async function goldenTurn(t: CheckContext): Promise<GoldenTurn> {
  return t.shared('golden turn', async () => {
    const user = t.user('analyst');
    const session = await t.session(user);
    const marker = t.canary();
    const turn = await t.turn(session, {
      prompt: `use 1 tools: count the words of this sentence and repeat the marker ${marker}`,
      requireTools: true,
    });
    await session.connection.close();
    return { turn, marker, threadId: session.threadId, subject: session.connection.facts.subject ?? '' };
  });
}

/** Reports the violations of one side of the golden turn. */
export function reportSide(
  t: CheckContext,
  golden: GoldenTurn,
  side: keyof typeof TURN_RULES | 'shape',
): void {
  const named = new Set<RuleId>(Object.values(TURN_RULES).flat());
  const belongs = ({ rule }: Violation): boolean =>
    side === 'shape' ? !named.has(rule) : TURN_RULES[side].some((candidate) => candidate === rule);
  const found = golden.turn.violations.filter(belongs);
  t.report(side === 'required' ? found.filter(({ expected }) => !isExplained(golden, expected)) : found, [
    golden.turn.evidence,
  ]);
}

/** A missing half of a tool call or a missing start is reported where it is said more precisely: one symptom, one red. */
function isExplained(golden: GoldenTurn, missing: string): boolean {
  const rules = new Set<RuleId>(golden.turn.violations.map(({ rule }) => rule));
  switch (missing) {
    case 'tool_completed':
      return rules.has('ORD-TOOL-UNPAIRED');
    case 'tool_executing':
      return rules.has('ORD-TOOL-ORPHAN');
    case 'agent_started':
      return rules.has('ORD-STARTED-NOT-FIRST');
    default:
      return false;
  }
}
