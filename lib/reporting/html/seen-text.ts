import type { Evidence } from '../../evidence/evidence.ts';
import type { RunRecord } from '../../evidence/run-record.ts';
import type { LeakMatrix, PageView } from '../page/page-data.ts';

/** Who received what of whom, with the marks that reached somebody else counted. */
export function leakMatrices(evidence: readonly Evidence[]): readonly LeakMatrix[] {
  return evidence.flatMap(({ id, check, body }): LeakMatrix[] => {
    if (body.kind !== 'leak.matrix') return [];
    const { subjects, messages, bytes, cells } = body;
    const leaks = cells.flatMap((row, owner) =>
      row.filter((cell, reader) => cell !== null && reader !== owner),
    );
    return [{ evidence: id, check, subjects, messages, bytes, cells, leaks: leaks.length }];
  });
}

/** What the decision stands on, in numbers. */
export function seenText(record: RunRecord, evidence: readonly Evidence[]): PageView['seen'] {
  const { kinds } = record.evidence;
  const count = (kind: Evidence['body']['kind']): number => kinds[kind] ?? 0;
  const users = new Set<string>();
  const turns = { whole: 0, violations: 0 };
  const closes = { clean: 0, internal: 0 };
  for (const { body } of evidence) {
    if (body.kind === 'ws.handshake' && body.subject !== null) users.add(body.subject);
    if (body.kind === 'chat.turn' && body.ended === 'terminal') turns.whole += 1;
    if (body.kind === 'chat.turn') turns.violations += body.violations.length;
    if (body.kind === 'ws.close' && body.clean) closes.clean += 1;
    if (body.kind === 'ws.close' && body.code === 1011) closes.internal += 1;
  }
  const matrices = leakMatrices(evidence);
  const leaks = matrices.reduce((sum, matrix) => sum + matrix.leaks, 0);
  return [
    { name: 'Ladder', value: ladderText(record) },
    {
      name: 'Chat turns',
      value: `${turns.whole} of ${count('chat.turn')} ended by their terminal event, ${turns.violations} violations`,
    },
    {
      name: 'Connections',
      value: `${count('ws.handshake')} opening handshakes of ${users.size} users; ${closes.clean} of ${count('ws.close')} closes clean, ${closes.internal} with 1011`,
    },
    {
      name: 'Isolation',
      value:
        matrices.length === 0
          ? 'no leak matrix'
          : `${matrices.length} leak ${matrices.length === 1 ? 'matrix' : 'matrices'}, ${leaks} leaks`,
    },
    {
      name: 'Wire',
      value: `${count('http.exchange')} requests, ${count('ws.message')} messages, ${record.evidence.records} records in all`,
    },
  ];
}

function ladderText({ preflight }: RunRecord): string {
  const states = [...new Set(preflight.map(({ state }) => state))];
  return (
    states
      .map((state) => `${preflight.filter((rung) => rung.state === state).length} ${state.replace('-', ' ')}`)
      .join(', ') || 'not climbed'
  );
}
