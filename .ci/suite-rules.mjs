// Rules for oxlint that no built-in rule states: what a suite or a test must not do to look green.

/**
 * @typedef {{ type: string, [field: string]: unknown }} Node
 * @typedef {{ report(finding: { node: Node, message: string }): void }} Context
 */

/** @param {unknown} value @returns {Node | null} */
function asNode(value) {
  if (typeof value !== 'object' || value === null || !('type' in value)) return null;
  return typeof value.type === 'string' ? { ...value, type: value.type } : null;
}

/** @param {Node} call @returns {{ callee: Node | null, first: Node | null }} */
function partsOf(call) {
  const first = Array.isArray(call['arguments']) ? asNode(call['arguments'][0]) : null;
  return { callee: asNode(call['callee']), first };
}

const noTry = {
  /** @param {Context} context */
  create: (context) => ({
    /** @param {Node} node */
    TryStatement(node) {
      context.report({
        node,
        message: 'a check must not catch what went wrong: state the one expected outcome.',
      });
    },
  }),
};

const noVacuousExpect = {
  /** @param {Context} context */
  create: (context) => ({
    /** @param {Node} node */
    CallExpression(node) {
      const { callee, first } = partsOf(node);
      if (callee?.type === 'Identifier' && callee['name'] === 'expect' && first?.type === 'Literal') {
        context.report({ node, message: 'an expectation about a literal holds whatever the target does.' });
      }
      const matcher = callee?.type === 'MemberExpression' ? asNode(callee['property'])?.['name'] : null;
      if (matcher === 'toBeGreaterThanOrEqual' && first?.type === 'Literal' && first['value'] === 0) {
        context.report({ node, message: 'a length or a count is never below 0: name the floor.' });
      }
    },
  }),
};

/** Waits for one frame of the target. */
const FRAME_WAITS = ['ping', 'next'];

const noBareWait = {
  /** @param {Context} context */
  create: (context) => ({
    /** @param {Node} node */
    CallExpression(node) {
      const callee = asNode(node['callee']);
      const name = callee?.type === 'MemberExpression' ? asNode(callee['property'])?.['name'] : null;
      if (typeof name !== 'string' || !FRAME_WAITS.includes(name)) return;
      const given = Array.isArray(node['arguments']) ? node['arguments'].map(asNode) : [];
      if (!given.some((argument) => isSignalOfCheck(argument))) return;
      context.report({
        node,
        message: 'this wait lasts as long as the whole check may: give it a budget of t.budgets.',
      });
    },
  }),
};

/** @param {Node | null} argument @returns {boolean} true for `t.signal`, which ends with the check */
function isSignalOfCheck(argument) {
  if (argument?.type !== 'MemberExpression') return false;
  return asNode(argument['object'])?.['name'] === 't' && asNode(argument['property'])?.['name'] === 'signal';
}

export default {
  meta: { name: 'stagegate' },
  rules: { 'no-try': noTry, 'no-vacuous-expect': noVacuousExpect, 'no-bare-wait': noBareWait },
};
