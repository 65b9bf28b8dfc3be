import { describe, expect, test } from 'vitest';
import { AgentTree } from './agent-tree.ts';

/** A root with two sub-agents inside it, both open. */
function treeOfThree(): AgentTree {
  const tree = new AgentTree();
  tree.start('root', 0);
  tree.start('search', 1);
  tree.start('summary', 2);
  return tree;
}

describe('the agents of a run', () => {
  test('closes one sub-agent by its name and leaves those beside it open', () => {
    const tree = treeOfThree();

    expect(tree.end('search', 3)).toBe('sub-agent');
    expect(tree.endSubAgent('summary', 4)).toBe(true);
    expect(tree.endSubAgent(null, 5)).toBe(false);
  });

  test('closes the sub-agent that was opened last when none is named', () => {
    const tree = treeOfThree();

    expect(tree.endSubAgent(null, 3)).toBe(true);
    expect(tree.end('summary', 4)).toBe('sub-agent-again');
    expect(tree.end('search', 5)).toBe('sub-agent');
  });

  test('tells the end of the run from that of an agent nobody started', () => {
    expect(treeOfThree().end('root', 3)).toBe('run');
    expect(treeOfThree().end(null, 3)).toBe('run');
    expect(treeOfThree().end('stranger', 3)).toBe('unknown-agent');
    expect(new AgentTree().end('stranger', 0)).toBe('run');
  });

  test('takes a second start of an open agent for a repeat, and one of a closed agent for a start', () => {
    const tree = treeOfThree();

    expect(tree.start('search', 3)).toBe(false);
    tree.end('search', 4);
    expect(tree.start('search', 5)).toBe(true);
  });
});
