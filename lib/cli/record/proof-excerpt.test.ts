import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { proofExcerpt } from './proof-excerpt.ts';

describe('the proof score of a reports folder', () => {
  let reports = '';
  beforeEach(() => {
    reports = mkdtempSync(join(tmpdir(), 'stagegate-proof-'));
  });
  afterEach(() => rmSync(reports, { recursive: true, force: true }));

  const session = (id: string, fields: object = {}): void => {
    mkdirSync(join(reports, id));
    const record = {
      schema: 1,
      id,
      state: 'complete',
      endedAt: '2026-11-21T12:40:00.000Z',
      scope: 'all',
      coverage: { planned: 2, redBy: { 'API-01': ['slow'], 'API-02': [] }, unproven: ['API-02'] },
      score: { credited: 3, declared: 4, text: '' },
      ...fields,
    };
    writeFileSync(join(reports, id, 'prove.json'), JSON.stringify(record));
  };

  test('is that of the newest whole session, for the checks of this plan', () => {
    session('20261121T100000Z-prove-aaaaaa', { scope: 'smallest' });
    session('20261121T110000Z-prove-bbbbbb');
    session('20261121T120000Z-prove-cccccc', { scope: 'partial' });
    session('20261121T130000Z-prove-dddddd', { state: 'interrupted' });
    mkdirSync(join(reports, '20261121T140000Z-prove-eeeeee'));

    expect(proofExcerpt(reports, ['API-01', 'API-02', 'API-03'])).toEqual({
      id: '20261121T110000Z-prove-bbbbbb',
      endedAt: '2026-11-21T12:40:00.000Z',
      scope: 'all',
      credited: 3,
      declared: 4,
      unproven: ['API-02', 'API-03'],
    });
  });

  test('is none where nothing was proven', () => {
    session('20261121T120000Z-prove-cccccc', { scope: 'partial' });

    expect(proofExcerpt(reports, ['API-01'])).toBeNull();
    expect(proofExcerpt(join(reports, 'absent'), [])).toBeNull();
  });
});
