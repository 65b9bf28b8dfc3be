import { readFileSync } from 'node:fs';
import ts from 'typescript';

/**
 * One small change of one source file.
 * @typedef {{ file: string, line: number, kind: string, from: string, to: string, start: number, end: number }} Mutant
 */

/** @type {ReadonlyMap<ts.SyntaxKind, string>} */
const OPERATORS = new Map([
  [ts.SyntaxKind.LessThanToken, '>='],
  [ts.SyntaxKind.GreaterThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '>'],
  [ts.SyntaxKind.GreaterThanEqualsToken, '<'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
]);

/**
 * Lists every mutant of a file, in the order of its text.
 * @param {string} root @param {string} file path from the root
 * @returns {readonly Mutant[]}
 */
export function mutantsOf(root, file) {
  const text = readFileSync(`${root}/${file}`, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  /** @type {Mutant[]} */
  const mutants = [];
  /** @param {ts.Node} node @param {string} kind @param {string} to */
  const change = (node, kind, to) => {
    const start = node.getStart(source);
    const end = node.getEnd();
    const line = source.getLineAndCharacterOfPosition(start).line + 1;
    mutants.push({ file, line, kind, from: text.slice(start, end), to, start, end });
  };
  /** @param {ts.Node} node */
  const visit = (node) => {
    // Types are gone at run time: no test could tell.
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isInterfaceDeclaration(node)) return;
    if (ts.isBinaryExpression(node)) {
      const to = OPERATORS.get(node.operatorToken.kind);
      if (to !== undefined && !isText(node)) change(node.operatorToken, 'operator', to);
    } else if (ts.isIfStatement(node)) {
      change(node.expression, 'condition', `!(${node.expression.getText(source)})`);
    } else if (ts.isConditionalExpression(node)) {
      change(node.condition, 'condition', `!(${node.condition.getText(source)})`);
    } else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      change(node, 'negation', node.operand.getText(source));
    } else if (ts.isNumericLiteral(node)) {
      change(node, 'constant', String(Number(node.text.replaceAll('_', '')) + 1));
    } else if (node.kind === ts.SyntaxKind.TrueKeyword) {
      change(node, 'constant', 'false');
    } else if (node.kind === ts.SyntaxKind.FalseKeyword) {
      change(node, 'constant', 'true');
    } else if (ts.isExpressionStatement(node) && isEffect(node.expression)) {
      change(node, 'dropped call', ';');
    } else if (ts.isReturnStatement(node) && ts.isIfStatement(node.parent)) {
      change(node, 'dropped return', ';');
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mutants;
}

/** Calls that only matter for what they change. @param {ts.Expression} node */
function isEffect(node) {
  return (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    ['push', 'add', 'set', 'delete', 'clear', 'record', 'splice'].includes(node.expression.name.text)
  );
}

/** Joining texts is no arithmetic. @param {ts.BinaryExpression} node @returns {boolean} */
function isText({ operatorToken, left, right }) {
  return (
    operatorToken.kind === ts.SyntaxKind.PlusToken &&
    [left, right].some(
      (side) =>
        ts.isStringLiteralLike(side) ||
        ts.isTemplateExpression(side) ||
        (ts.isBinaryExpression(side) && isText(side)),
    )
  );
}
