import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { runStagegate } from '../../lib/cli/testing/project-copy.ts';
import { freePort } from '../proxy/nginx.ts';
import { startChromium } from './browser.ts';

const targetsSchema = z.array(z.object({ type: z.string(), webSocketDebuggerUrl: z.string() }));
const harSchema = z.object({
  log: z.object({ entries: z.array(z.object({ _webSocketMessages: z.array(z.unknown()).optional() })) }),
});

test('evidence.har opens in the network panel of Chromium, with the messages of its connections', async () => {
  const out = mkdtempSync(join(tmpdir(), 'stagegate-har-'));
  try {
    await runStagegate(undefined, ['run', '--out', out, '--smoke']);
    const file = join(realpathSync(join(out, 'latest')), 'evidence.har');
    const { entries } = harSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).log;
    const port = await freePort();
    const browser = await startChromium(`--remote-debugging-port=${port}`, '--remote-allow-origins=*');
    try {
      const context = await browser.newContext({ viewport: { width: 1600, height: 900 } });
      await context.newPage();
      const listed = await fetch(`http://127.0.0.1:${port}/json/list`);
      const socket = targetsSchema
        .parse(await listed.json())
        .find(({ type }) => type === 'page')
        ?.webSocketDebuggerUrl.replace('ws://', '');
      // The developer tools themselves, as the browser serves them, looking at an empty page.
      const tools = await context.newPage();
      await tools.goto(
        `http://127.0.0.1:${port}/devtools/inspector.html?ws=${socket ?? ''}&panel=network&can_dock=false`,
      );
      const chooser = tools.waitForEvent('filechooser');
      await tools.getByRole('button', { name: /Import HAR/ }).click();
      await (await chooser).setFiles(file);

      await tools.getByText(`${entries.length} requests`, { exact: true }).waitFor();
      await tools.locator('td.name-column', { hasText: /^ws/ }).first().click();
      await tools.getByRole('tab', { name: 'Messages' }).click();
      await tools.getByText('connection_established').first().waitFor();

      expect(entries.filter((entry) => (entry._webSocketMessages?.length ?? 0) > 0)).not.toEqual([]);
      expect(await tools.getByText('connection_established').count()).toBeGreaterThan(0);
    } finally {
      await browser.close();
    }
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}, 60_000);
