import { describe, expect, test } from 'vitest';
import { pageText } from './page-text.ts';

describe('the text of a page', () => {
  test('joins what stands on one line, whatever marks it up', () => {
    expect(pageText('<p>growth <b>0.00</b>&nbsp;MB: <span class="ok">pass</span></p>')).toMatch(
      /growth 0\.00 MB: pass/,
    );
    expect(pageText('<tr><th>welcome p95</th><td class="n">12</td><td>ms</td></tr>')).toMatch(
      /p95[^\n]{0,40}12 *ms/,
    );
    expect(pageText('<div>p95</div><div>12 ms</div>')).not.toMatch(/p95[^\n]{0,40}ms/);
  });

  test('reads escaped characters as they are shown', () => {
    expect(pageText('<p>5 &lt; 6 &amp;&#32;&#x41; &quot;x&quot; &unheard;</p>')).toContain(
      '5 < 6 & A "x" &unheard;',
    );
  });

  test('holds no style and no program, and of the data what is shown, without names of members', () => {
    const data = JSON.stringify({
      checks: [{ resolved: false, title: 'a \u003c b', rows: [['deep text']] }],
      wire: { sample: ['quoted from the target'] },
    });
    const text = pageText(
      `<style>.conditional{}</style><p>seen</p><script type="application/json" id="data">${data}</script><script>var resolved = 1;</script>`,
    );

    expect(text).toContain('seen');
    expect(text).toContain('a < b');
    expect(text).toContain('deep text');
    for (const absent of ['conditional', 'resolved', 'quoted from the target'])
      expect(text).not.toContain(absent);
  });
});
