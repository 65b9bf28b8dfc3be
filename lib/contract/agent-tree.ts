/** One agent of a run; `closedAt` is null while it is open. */
export interface AgentNode {
  readonly name: string | null;
  /** Position of the parent in the tree, null for the root. */
  readonly parent: number | null;
  readonly startedAt: number;
  readonly closedAt: number | null;
}

interface OpenableNode extends AgentNode {
  closedAt: number | null;
}

/** What an agent's end means for its run. */
export type AgentEnd = 'run' | 'sub-agent' | 'sub-agent-again' | 'unknown-agent';

/** The agents of one run by start; a sub-agent belongs to the agent that was opened last and is still open. */
export class AgentTree {
  readonly #nodes: OpenableNode[] = [];
  readonly #open: OpenableNode[] = [];

  get isEmpty(): boolean {
    return this.#nodes.length === 0;
  }

  /** Opens an agent; false when an open agent has this name, or no name tells it from the root. */
  start(name: string | null, index: number): boolean {
    if (this.#nodes.length > 0 && (name === null || this.#findOpen(name) !== undefined)) return false;
    this.open(name, index);
    return true;
  }

  /** Opens an agent without asking whether it is a repeat. */
  open(name: string | null, index: number): void {
    const parent = this.#open.at(-1);
    const node = {
      name,
      parent: parent === undefined ? null : this.#nodes.indexOf(parent),
      startedAt: index,
      closedAt: null,
    };
    this.#nodes.push(node);
    this.#open.push(node);
  }

  /** Closes the agent of this name with everything opened inside it, and says what that ended. */
  end(name: string | null, index: number): AgentEnd {
    const root = this.#nodes[0];
    if (root === undefined) return 'run';
    if (name === null || name === root.name || root.name === null) {
      root.closedAt ??= index;
      return 'run';
    }
    const node = this.#findOpen(name);
    if (node !== undefined) {
      node.closedAt = index;
      this.#open.splice(this.#open.indexOf(node), 1);
      return 'sub-agent';
    }
    if (this.#nodes.some((known) => known.name === name)) return 'sub-agent-again';
    root.closedAt ??= index;
    return 'unknown-agent';
  }

  /** Closes the sub-agent that was opened last, by name if one is given; false when none is open. */
  endSubAgent(name: string | null, index: number): boolean {
    const candidates = this.#open.filter(
      (node) => node !== this.#nodes[0] && (name === null || node.name === name),
    );
    const node = candidates.at(-1);
    if (node === undefined) return false;
    node.closedAt = index;
    this.#open.splice(this.#open.indexOf(node), 1);
    return true;
  }

  /** Sub-agents that were started and never ended. */
  unclosedSubAgents(): readonly AgentNode[] {
    return this.#open.filter((node) => node !== this.#nodes[0] && node.closedAt === null);
  }

  nodes(): readonly AgentNode[] {
    return this.#nodes.map((node) => ({ ...node }));
  }

  #findOpen(name: string): OpenableNode | undefined {
    return this.#open.findLast((node) => node.name === name && node.closedAt === null);
  }
}
