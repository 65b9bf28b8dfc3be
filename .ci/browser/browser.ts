import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

/** The program of the Debian package `chromium`. */
const CHROMIUM = '/usr/bin/chromium';

/** Starts a real Chromium without a window. It fails where there is none: a page that nobody opened is not proven. */
export async function startChromium(...words: readonly string[]): Promise<Browser> {
  // Chromium refuses to start its sandbox as root, which CI containers are.
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: CHROMIUM,
    args: isRoot ? ['--no-sandbox', ...words] : [...words],
  });
}

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** Errors, warnings and refused requests that the page caused. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for, but for the file itself. */
  readonly requests: readonly string[];
}

export interface PageOptions {
  readonly scheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  readonly hash?: string;
  readonly script?: boolean;
}

/** Opens a report from the disk, without a network. */
export async function openReport(
  browser: Browser,
  file: string,
  options: PageOptions = {},
): Promise<OpenedPage> {
  const { scheme = 'light', width = 1280, height = 800, hash = '', script = true } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    javaScriptEnabled: script,
    offline: true,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  const url = pathToFileURL(file).href;
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && request.url() !== 'data:,') requests.push(request.url());
  });
  await page.goto(`${url}${hash}`);
  if (script) await page.locator('html[data-ready=yes]').waitFor({ state: 'attached', timeout: 15_000 });
  return {
    page,
    complaints,
    requests,
    async [Symbol.asyncDispose]() {
      await context.close();
    },
  };
}

/** What axe-core finds on the page as it stands, one line per rule and element. */
export async function axeViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found: unknown = await page.evaluate(
    'axe.run(document).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target.join(" ")}: ${failureSummary}`)))',
  );
  if (!Array.isArray(found)) throw new TypeError('expected a list of violations of axe-core');
  return found.map(String);
}
