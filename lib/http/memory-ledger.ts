import { Ledger, type CheckRecorder } from '../evidence/ledger.ts';
import type { EvidenceBody } from '../evidence/evidence.ts';
import { SecretIndex } from '../foundation/redaction.ts';

/** A real ledger whose lines stay in memory, for tests and tools that look at what was recorded. */
export class MemoryLedger {
  readonly secrets = new SecretIndex();
  readonly recorder: CheckRecorder;
  readonly #ledger: Ledger;
  #lines = '';

  constructor() {
    this.#ledger = new Ledger({
      writer: 'm',
      sink: (lines) => {
        this.#lines += lines.toString('utf8');
      },
      redact: (line) => this.secrets.redact(line),
      runStartedAt: new Date(),
    });
    this.recorder = this.#ledger.recorder('CHECK-01');
  }

  /** Bodies recorded so far, before redaction by value. */
  bodies<Kind extends EvidenceBody['kind']>(kind: Kind): readonly Extract<EvidenceBody, { kind: Kind }>[] {
    const isWanted = (body: EvidenceBody): body is Extract<EvidenceBody, { kind: Kind }> =>
      body.kind === kind;
    return this.recorder
      .seen()
      .map(({ body }) => body)
      .filter(isWanted);
  }

  /** Everything that would stand in the ledger file. */
  text(): string {
    this.#ledger.flush();
    return this.#lines;
  }
}
