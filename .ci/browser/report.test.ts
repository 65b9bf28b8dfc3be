import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runStagegate } from '../../lib/cli/testing/project-copy.ts';
import { axeViolations, openReport, startChromium } from './browser.ts';
import { compareRuns } from '../../lib/gate/compare-runs.ts';
import { decide } from '../../lib/gate/decide.ts';
import { changedRun, type Run } from './changed-run.ts';
import { HOSTILE, largeRun } from './large-run.ts';

const RECORDS = 10_000;
const MAX_BYTES = 3_000_000;
const MAX_WRITE_MS = 2_000;
/** Elements that a page may hold, however long its run was. */
const MAX_ELEMENTS = 8_000;

/** What is folded at first, with one check and one timeline. */
const FOLDED = '#causes details, #service details, #run details, .phase, .lane-details:last-of-type';

const out = mkdtempSync(join(tmpdir(), 'stagegate-page-'));
let browser: Browser;
let green = '';
let compared = '';
let crashed = '';
let leaked = '';
let large = '';
/** A run whose policy sets no threshold, and of which nobody read the revision. */
let unlimited = '';
/** A run that saw several revisions, one of them hidden. */
let rolling = '';
/** A run of samples, compared with slower ones. */
let slower = '';
/** A run in which nothing was said for half a second after the first agent event. */
let silent = '';
let writingMs = 0;

/** Runs the program for real and returns the page that it wrote. */
async function validate(...words: readonly string[]): Promise<string> {
  const { output } = await runStagegate(undefined, ['run', '--out', out, ...words]);
  const folder = realpathSync(join(out, 'latest'));
  expect(output).toContain('planned =');
  return join(folder, 'report.html');
}

beforeAll(async () => {
  browser = await startChromium();
  green = await validate('--smoke');
  compared = await validate('--smoke', '--baseline', join(green, '..'));
  crashed = await validate('--smoke', '--fault', 'close-1011-on-first-message');
  leaked = await validate('--suite', 'isolation', '--fault', 'leak-events');
  const files = await largeRun(join(crashed, '..'), RECORDS);
  const before = performance.now();
  const texts = files.map(({ name, content }) => ({ name, text: content() }));
  for (const { name, text } of texts) writeFileSync(join(out, `large-${name}`), text);
  writingMs = performance.now() - before;
  large = join(out, 'large-report.html');
  unlimited = await changed('unlimited', green, ({ record, evidence }) => ({
    record: {
      ...record,
      policy: { ...record.policy, resolved: withoutThresholds(record.policy.resolved) },
      revision: { ...record.revision, readings: [] },
    },
    evidence,
  }));
  rolling = await changed('rolling', green, ({ record, evidence }) => ({
    record: {
      ...record,
      revision: {
        ...record.revision,
        readings: record.revision.readings.flatMap((reading, at) =>
          at === 1
            ? [
                { ...reading, revision: 'b'.repeat(40) },
                { ...reading, revision: null },
              ]
            : [reading],
        ),
      },
    },
    evidence,
  }));
  silent = await changed('silent', green, ({ record, evidence }) => {
    const first = evidence.find(
      ({ check, body }) =>
        check === 'AGENT-01' && body.kind === 'ws.message' && body.type === 'agent_started',
    );
    const after = first?.atMs ?? Number.POSITIVE_INFINITY;
    return {
      record,
      evidence: evidence.map((one) => (one.atMs > after ? { ...one, atMs: one.atMs + 500 } : one)),
    };
  });
  const measured = await validate('--check', 'PERF-03');
  slower = await changed('slower', measured, ({ record, evidence }) => {
    const before = evidence.map((one) =>
      one.body.kind === 'sample'
        ? { ...one, body: { ...one.body, values: one.body.values.map((value) => value * 4) } }
        : one,
    );
    const baseline = compareRuns(
      { record, evidence: before, decision: decide(record) },
      { record, evidence },
    );
    return { record: { ...record, baseline }, evidence };
  });
}, 150_000);

/** Writes the page of a run that was changed on its way to it. */
async function changed(name: string, file: string, change: (run: Run) => Run): Promise<string> {
  const files = await changedRun(join(file, '..'), change);
  const path = join(out, `${name}-report.html`);
  writeFileSync(path, files.find((one) => one.name === 'report.html')?.content() ?? '');
  return path;
}

function withoutThresholds(resolved: unknown): object {
  return { ...(typeof resolved === 'object' ? resolved : {}), thresholds: undefined };
}

afterAll(async () => {
  await browser.close();
  rmSync(out, { recursive: true, force: true });
});

/** Lowest edge of the first element that matches, in CSS pixels from the top of the page. */
async function lowestEdge(page: Page, selector: string): Promise<number> {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new TypeError(`expected ${selector} to be shown`);
  return box.y + box.height;
}

/** The first welcome that the run of a page saw. */
function welcomeOf(file: string): string {
  const lines = readFileSync(join(file, '..', 'evidence.ndjson'), 'utf8').split('\n');
  const line = lines.find((text) => text.includes('"type":"connection_established"')) ?? '';
  return /"id":"([^"]+)"/.exec(line)?.[1] ?? 'none';
}

async function number(page: Page, expression: string): Promise<number> {
  return Number(await page.evaluate(expression));
}

describe('the first screen', { timeout: 60_000 }, () => {
  test.each([
    ['without a script', false],
    ['with its script', true],
  ])('of a red run tells decision, cause, owner and counts without scrolling, %s', async (_name, script) => {
    await using opened = await openReport(browser, crashed, { script });
    const { page } = opened;

    const text = await page.locator('#decision').innerText();

    expect(text).toMatch(/NO-GO|INCONCLUSIVE/);
    expect(text).toContain('HANDLER_CRASH');
    for (const part of [
      'Can users chat?',
      'Did the change do what it claims?',
      'For',
      'Against',
      'Owner',
      'Next',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toMatch(/25 planned = 12 passed \+ 1 failed/);
    expect(text).toMatch(/Revision\s+proven/);
    expect(text).toContain('no baseline');
    for (const part of [
      '#decision-word',
      '.axes',
      '.ledger-line',
      '.cause .evidence-for',
      '.cause .act',
      '#decision .facts',
    ]) {
      expect(await lowestEdge(page, part), part).toBeLessThanOrEqual(800);
    }
  });

  test('of a green run says GO and what it stands on', async () => {
    await using opened = await openReport(browser, green);

    const text = await opened.page.locator('#decision').innerText();

    expect(text).toContain('GO (smoke; embedded backend)');
    expect(text).toContain('Nothing is red');
    expect(text).toContain('there is nothing to release');
    expect(text).toContain('npm test -- --env staging');
  });

  test('says what changed since the baseline', async () => {
    await using opened = await openReport(browser, compared);

    expect(await opened.page.locator('#decision').innerText()).toMatch(
      /since \S+ \(GO\): 0 new-fail, 0 fixed/,
    );
  });
});

describe('what the gate stood on', { timeout: 60_000 }, () => {
  test('stands in tables that the first screen leads to', async () => {
    await using opened = await openReport(browser, green, { script: false });
    const { page } = opened;
    const limits = page.getByRole('region', { name: 'Limits of the policy' }).getByRole('table');
    const readings = page.getByRole('region', { name: 'Readings of the revision' }).getByRole('table');

    const links = await page.locator('#decision .facts a').evaluateAll((all) => all.map(String));
    const cells = await limits.getByRole('row').nth(1).getByRole('cell').allInnerTexts();
    const origins = await readings.getByRole('rowheader').allInnerTexts();

    expect(links.map((link) => link.replace(/^.*#/, '#'))).toEqual(['#revision', '#thresholds']);
    expect(await limits.getByRole('columnheader').allInnerTexts()).toEqual([
      'metric',
      'limit',
      'observed',
      'n',
      'verdict',
      'measured by',
      'evidence',
    ]);
    expect(await limits.getByRole('rowheader').allInnerTexts()).toEqual(['readiness answer']);
    expect(cells[0]).toMatch(/^worst ≤ 1000 ms\s+10000 ms at time scale 1$/);
    expect(cells[1]).toMatch(/^[\d.]+ ms$/);
    expect(cells[3]).toMatch(/held/);
    for (const [text, from] of [
      ['health', 'GET /api/system/info'],
      ['connections', 'header x-service-revision'],
      ['end', 'GET /api/system/info'],
    ]) {
      expect(origins.some((origin) => origin.startsWith(text ?? '') && origin.includes(from ?? ''))).toBe(
        true,
      );
    }
    expect(await readings.locator('.word').allInnerTexts()).toEqual(origins.map(() => 'the expected one'));
  });

  test('is said to be missing by the name of the policy, and a revision that nobody read is said so', async () => {
    await using opened = await openReport(browser, unlimited, { script: false });
    const { page } = opened;

    expect(await page.locator('#thresholds').innerText()).toContain('No threshold set by policy smoke');
    expect(await page.locator('#revision').innerText()).toContain('The revision was never read in this run');
    expect(await page.locator('#decision .facts').first().innerText()).toContain('none set by policy smoke');
  });

  test('tells which reading saw another revision, and voids the figures', async () => {
    await using opened = await openReport(browser, rolling, { script: false });
    const { page } = opened;

    const words = await page.locator('#revision .word').allInnerTexts();

    expect(words).toContain('mixed');
    expect(words).toContain('another one');
    expect(words).toContain('hidden');
    expect(await page.locator('#thresholds .word').allInnerTexts()).toEqual(['undecided']);
    expect(await page.locator('#thresholds').innerText()).toContain('several revisions answered');
  });
});

describe('the checks', { timeout: 60_000 }, () => {
  test('are filtered by text and by verdict', async () => {
    await using opened = await openReport(browser, crashed);
    const { page } = opened;
    const rows = page.locator('#checks .check');

    await page.keyboard.press('/');
    await page.keyboard.type('agent terminal');
    const byText = await rows.count();
    await page.locator('#check-filter').fill('');
    await page.getByRole('button', { name: /^failed 1$/ }).click();

    expect(byText).toBeGreaterThan(0);
    expect(byText).toBeLessThan(18);
    expect(await rows.count()).toBe(1);
    expect(await rows.innerText()).toContain('PRE-13');
    expect(await page.locator('#checks [role=status]').innerText()).toBe('1 of 25 checks');
  });

  test('are opened by a deep link, with expected, got and evidence', async () => {
    await using opened = await openReport(browser, crashed, { hash: '#check-PRE-13' });
    const row = opened.page.locator('#check-PRE-13');

    await row.locator('.detail').waitFor();

    expect(await row.locator('.detail').innerText()).toMatch(/Rule\s+WS-CLOSE-INTERNAL-ERROR/);
    expect(
      await number(opened.page, 'document.activeElement.closest("details").getBoundingClientRect().top'),
    ).toBeLessThan(800);
    expect(await opened.page.evaluate('document.activeElement.closest("details").id')).toBe('check-PRE-13');
  });
});

describe('a link', { timeout: 60_000 }, () => {
  test.each([
    ['a red run', () => crashed],
    ['a leak', () => leaked],
    ['a run compared with slower values', () => slower],
  ] as const)('of %s to a part, a check or a timeline leads somewhere', async (_name, file) => {
    await using opened = await openReport(browser, file());
    const { page } = opened;

    await page.evaluate(`document.querySelectorAll('.phase').forEach((one) => { one.open = true; })`);
    await page.locator('#checks .check').first().waitFor();
    const broken = await page.evaluate(
      `[...document.querySelectorAll('a[href^="#"]')].map((link) => link.getAttribute('href').slice(1))
        .filter((id) => !id.startsWith('evidence-') && document.getElementById(id) === null)`,
    );

    expect(broken).toEqual([]);
  });
});

describe('the wire', { timeout: 60_000 }, () => {
  test('shows a record by deep link, with its redacted text, and gives the page back', async () => {
    await using opened = await openReport(browser, crashed, { hash: `#evidence-${welcomeOf(crashed)}` });
    const dialog = opened.page.locator('dialog#record');

    const text = await dialog.innerText();
    await opened.page.keyboard.press('Escape');

    expect(text).toContain('connection_established');
    expect(text).toMatch(/\d+ characters of a message of \d+ bytes/);
    await dialog.waitFor({ state: 'hidden' });
    expect(await opened.page.evaluate('location.hash')).toBe('');
  });

  test('is walked by keyboard: a timeline has one tab stop, arrows move, Enter opens the frame', async () => {
    await using opened = await openReport(browser, leaked, { hash: '#timeline-ISO-01' });
    const { page } = opened;
    const timeline = page.locator('#timeline-ISO-01');
    await timeline.locator('.mark').first().waitFor();

    const stops = await timeline.locator('.mark[tabindex="0"]').count();
    await timeline.locator('.mark[tabindex="0"]').focus();
    await page.keyboard.press('ArrowRight');
    const name = await page.evaluate('document.activeElement.getAttribute("aria-label")');
    await page.keyboard.press('Enter');
    await page.locator('dialog#record[open]').waitFor();
    const record = await page.locator('dialog#record').innerText();
    await page.keyboard.press('Escape');
    await page.locator('dialog#record').waitFor({ state: 'hidden' });

    expect(stops).toBe(1);
    expect(String(name)).toMatch(/connection_established|received|sent/);
    expect(record).toContain('Connection');
    expect(await page.evaluate('document.activeElement.classList.contains("mark")')).toBe(true);
  });

  test('marks a silence with its length, and a click on a mark shows the redacted frame', async () => {
    await using opened = await openReport(browser, silent, { hash: '#timeline-AGENT-01' });
    const { page } = opened;
    const timeline = page.locator('#timeline-AGENT-01');
    const event = timeline.locator('.mark[aria-label^="event agent_started"]').first();
    await event.waitFor();

    const gaps = await timeline.locator('.gap-text').allTextContents();
    await event.click();
    await page.locator('dialog#record[open]').waitFor();
    const frame = await page.locator('dialog#record').innerText();
    await page.keyboard.press('Escape');
    const width = async (): Promise<number> =>
      Number(await timeline.locator('svg[role=group]').getAttribute('width'));
    const before = await width();
    await page.getByRole('button', { name: 'Zoom into AGENT-01' }).click();

    expect(gaps).toContainEqual(expect.stringMatching(/^5\d\d ms$/));
    expect(frame).toMatch(/Redacted text, \d+ characters of a message of \d+ bytes/);
    expect(frame).toContain('"type": "agent_started"');
    await expect.poll(width).toBe(before * 2);
  });

  test('has users as lanes, and what broke a promise is marked', async () => {
    await using opened = await openReport(browser, leaked, { hash: '#timeline-ISO-01' });
    const timeline = opened.page.locator('#timeline-ISO-01');

    await timeline.locator('.mark').first().waitFor();

    // Lanes stand in the order in which connections came up, and these open at once.
    const lanes = await timeline.locator('.lane-name').allTextContents();
    expect(lanes.toSorted()).toEqual(['u1', 'u2', 'u3', 'u4', 'u5']);
    expect(await timeline.locator('.mark .ring').count()).toBeGreaterThan(0);
  });

  test('shows who received what of whom', async () => {
    await using opened = await openReport(browser, leaked);

    const cells = await opened.page.locator('.matrix .cell-leak').allInnerTexts();

    expect(cells.length).toBeGreaterThan(0);
    expect(cells[0]).toMatch(/^LEAK: canary as /);
  });

  test('has each sample as a distribution, and answers over time', async () => {
    await using opened = await openReport(browser, green);
    const { page } = opened;

    await page.locator('#service').scrollIntoViewIfNeeded();
    await page.locator('#service .plot canvas').first().waitFor();

    expect(await page.locator('#service .plot').first().getAttribute('aria-label')).toMatch(/\d+ accepted/);
  });
});

describe('the latencies', { timeout: 60_000 }, () => {
  test('are drawn as a distribution against that of the baseline', async () => {
    await using opened = await openReport(browser, slower);
    const { page } = opened;
    const row = page.locator('#latency tbody tr', { hasText: 'opening handshake' });

    await page.locator('#latency .plot').scrollIntoViewIfNeeded();
    await page.locator('#latency .plot canvas').waitFor();

    expect(await row.locator('.word').innerText()).toBe('better');
    expect(await row.locator('.spread .earlier').getAttribute('d')).toMatch(/^M/);
    expect(await page.locator('#latency .legend').innerText()).toMatch(/this run\s+baseline/);
    expect(await page.locator('#latency figcaption').innerText()).toMatch(/Baseline: 24 values, median/);
    expect(await page.locator('#latency .plot').getAttribute('aria-label')).toMatch(
      /baseline median .* of 24/,
    );
    expect(await coloursDrawn(page)).toEqual({ now: true, before: true });
  });
});

/** Whether the plot holds pixels of both lines, so that neither is a word alone. */
async function coloursDrawn(page: Page): Promise<unknown> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('#latency .plot canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const style = getComputedStyle(document.documentElement);
    const has = (name) => {
      const hex = style.getPropertyValue(name).trim();
      const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
      for (let at = 0; at < data.length; at += 4)
        if (data[at] === r && data[at + 1] === g && data[at + 2] === b && data[at + 3] === 255) return true;
      return false;
    };
    return { now: has('--accent'), before: has('--caution') };
  })()`);
}

describe('the page', { timeout: 120_000 }, () => {
  test.each([
    ['a red run', () => crashed],
    ['a leak', () => leaked],
    ['a green run', () => green],
  ] as const)(
    'of %s asks for nothing, complains of nothing and breaks no rule of axe-core, light and dark',
    async (_name, file) => {
      for (const scheme of ['light', 'dark'] as const) {
        await using opened = await openReport(browser, file(), { scheme });
        const { page, complaints, requests } = opened;
        await page.evaluate(`document.querySelectorAll('${FOLDED}').forEach((one) => { one.open = true; })`);
        await page.locator('#service').scrollIntoViewIfNeeded();

        expect(await axeViolations(page), scheme).toEqual([]);
        await page.evaluate('location.hash = "#evidence-m-1"');
        await page.locator('dialog#record[open]').waitFor();
        expect(await axeViolations(page), `${scheme}, a record`).toEqual([]);
        expect(requests).toEqual([]);
        expect(complaints).toEqual([]);
      }
    },
  );

  test('is printed with all its plots, in dark ink, without what only a screen can do', async () => {
    await using opened = await openReport(browser, slower, { scheme: 'dark' });
    const { page } = opened;

    const before = await page.locator('#latency .plot canvas').count();
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.evaluate('dispatchEvent(new Event("beforeprint"))');

    expect(before).toBe(0);
    expect(await page.locator('.plot').count()).toBe(await page.locator('.plot canvas').count());
    expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(28, 27, 25)');
    expect(await page.locator('.filters').first().isVisible()).toBe(false);
    expect(await page.locator('#decision-word').isVisible()).toBe(true);
  });

  test.each([360, 768])('does not scroll sideways at %d px', async (width) => {
    for (const file of [crashed, leaked, compared, large]) {
      await using opened = await openReport(browser, file, { width });

      expect(await number(opened.page, 'document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
  });
});

describe(`a run of ${RECORDS} records`, { timeout: 60_000 }, () => {
  test('is written in time, and its page stays small', () => {
    expect(readFileSync(large).byteLength).toBeLessThan(MAX_BYTES);
    expect(writingMs).toBeLessThan(MAX_WRITE_MS);
  });

  test('keeps a bounded document, and its last record is a key away', async () => {
    await using opened = await openReport(browser, large);
    const { page } = opened;
    const list = page.getByRole('listbox', { name: 'Evidence records' });

    await list.focus();
    await page.keyboard.press('End');
    await page.locator('[role=option][aria-selected=true]').waitFor();
    const last = await page.locator('[role=option][aria-selected=true]').getAttribute('aria-posinset');
    const elements = await number(page, 'document.querySelectorAll("*").length');
    await page.getByRole('search', { name: 'Filter evidence' }).getByRole('searchbox').fill('onerror');

    expect(last).toBe(String(RECORDS));
    expect(elements).toBeLessThan(MAX_ELEMENTS);
    expect(await page.locator('#evidence [role=status]').innerText()).toMatch(/^\d+ of 10000 records$/);
  });

  test('shows text of a hostile target as text', async () => {
    await using opened = await openReport(browser, large);
    const { page, complaints, requests } = opened;
    await page.getByRole('search', { name: 'Filter evidence' }).getByRole('searchbox').fill('onerror');

    const row = page.locator('#evidence [role=option]').first();
    await row.click();

    expect(await row.innerText()).toContain(HOSTILE);
    expect(await page.locator('dialog#record pre').innerText()).toContain(HOSTILE);
    expect(await number(page, 'document.images.length')).toBe(0);
    expect(await number(page, 'document.scripts.length')).toBe(2);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
  });
});
