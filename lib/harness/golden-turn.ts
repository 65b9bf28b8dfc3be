import { isRuleId, type RuleId } from '../contract/rule.ts';
import type { WelcomeVariant } from '../contract/welcome.ts';
import { systemClock } from '../foundation/clock.ts';
import type { ChatTurn } from '../ws/turn.ts';
import type { CheckContext } from './check-context.ts';

/** The one chat turn that several checks look at, each from its own side. */
export interface GoldenTurn {
  readonly turn: ChatTurn;
  readonly marker: string;
  readonly threadId: string | null;
  readonly subject: string;
  readonly welcome: WelcomeVariant;
  /** Our wall clock when the start message was sent, epoch milliseconds. */
  readonly sentAtWallMs: number;
}

/** One side of the golden turn: the rules of one check, or the shape of single events for all that is left. */
export type TurnSide = keyof typeof TURN_RULES | 'shape';

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
    'ORD-TOOL-NAME-DIFFERS',
    'ORD-TOOL-ORPHAN',
    'ORD-TOOL-UNPAIRED',
    'ORD-TOOL-SWAPPED',
    'ORD-TOOL-CALL-REUSED',
    'ORD-TOOL-ID-PARTIAL',
  ],
  terminal: ['ORD-TERMINAL-DUPLICATE', 'ORD-EVENT-AFTER-TERMINAL'],
  identity: ['ORD-WRONG-RUN', 'ORD-WRONG-THREAD', 'ISO-SHARED-IDENTITY', 'EVT-PLACEHOLDER-ID'],
  ids: ['ORD-EVENT-ID-REUSED', 'ORD-DUPLICATE-DELIVERY'],
  framing: ['EVT-BINARY', 'EVT-MALFORMED-JSON', 'EVT-NOT-OBJECT'],
  envelope: ['EVT-ENVELOPE', 'EVT-DOUBLE-WRAPPED', 'EVT-RENAMED'],
  timing: ['TIM-FIRST-EVENT', 'TIM-GAP', 'TIM-TURN'],
  /** Judged where several users are on the wire on purpose (suites/isolation): here they would be there by chance. */
  isolation: ['ISO-FOREIGN-EVENT'],
} as const satisfies Readonly<Record<string, readonly RuleId[]>>;

/** Runs the golden turn once per worker: a prompt that needs a tool, with a marker that the answer must hold. */
export async function goldenTurn(t: CheckContext): Promise<GoldenTurn> {
  return t.shared('golden turn', async () => {
    const user = t.user('analyst');
    const session = await t.session(user);
    const marker = t.canary();
    const sentAtWallMs = systemClock.wallTime().getTime();
    const turn = await t.turn(session, {
      prompt: `use 1 tools: count the words of this sentence and repeat the marker ${marker}`,
      requireTools: !t.lacks('tool-calls'),
    });
    await session.connection.close();
    return {
      turn,
      marker,
      threadId: session.threadId,
      subject: session.connection.facts.subject ?? '',
      welcome: session.welcome.variant,
      sentAtWallMs,
    };
  });
}

const NAMED: ReadonlySet<RuleId> = new Set(Object.values(TURN_RULES).flat());

/** Reports the violations of one side of the golden turn, and its warnings. */
export function reportSide(t: CheckContext, golden: GoldenTurn, side: TurnSide): void {
  for (const warning of golden.turn.warnings) {
    const rule = warning.slice(0, warning.indexOf(':'));
    if (isRuleId(rule) ? belongsTo(side, rule) : side === 'identity') t.warn(warning);
  }
  const found = golden.turn.violations.filter(({ rule }) => belongsTo(side, rule));
  t.report(side === 'required' ? found.filter(({ expected }) => !isExplained(golden, expected)) : found, [
    golden.turn.evidence,
  ]);
}

function belongsTo(side: TurnSide, rule: RuleId): boolean {
  return side === 'shape' ? !NAMED.has(rule) : TURN_RULES[side].some((candidate) => candidate === rule);
}

/** A missing half of a tool call, a missing start or an unreadable message is reported where it is said more precisely: one symptom, one red. */
function isExplained(golden: GoldenTurn, missing: string): boolean {
  const rules = new Set<RuleId>(golden.turn.violations.map(({ rule }) => rule));
  // What came in a form that nobody can read was sent, and is reported as that.
  if (TURN_RULES.framing.some((rule) => rules.has(rule))) return true;
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
