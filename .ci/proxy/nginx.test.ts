import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAULT_MATRIX } from '../../fixtures/fault-matrix.ts';
import { BackendProcess, KEYS } from '../../fixtures/reference-backend/testing/backend-process.ts';
import { readRecord, runStagegate } from '../../lib/cli/testing/project-copy.ts';
import { FORWARDS_UPGRADE, freePort, Nginx, type NginxOptions } from './nginx.ts';

const REVISION = 'c0ffee'.repeat(6);

let backend: BackendProcess;
beforeAll(async () => {
  backend = await BackendProcess.start('--time-scale', '0.1', '--revision', REVISION);
});
afterAll(async () => {
  expect(backend.stderr).toBe('');
  await backend.stop('SIGTERM');
});

interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly reds: readonly { readonly check: string; readonly rules: readonly string[] }[];
}

const backendPort = (): number => Number(new URL(backend.url('backendUrl')).port);

interface Target {
  readonly options: NginxOptions;
  /** Setting WEBSOCKET_ORIGIN; null leaves it out. */
  readonly origin: string | null;
}

/** Validates the backend behind an nginx of these settings. */
async function validate({ options, origin }: Target, ...words: readonly string[]): Promise<Outcome> {
  await using nginx = await Nginx.start(options);
  const environment = `nginx-${randomBytes(4).toString('hex')}`;
  const file = join(process.cwd(), `.env.${environment}`);
  const out = mkdtempSync(join(tmpdir(), 'stagegate-nginx-run-'));
  const settings = {
    ENVIRONMENT: 'staging',
    BACKEND_URL: `http${nginx.caFile === null ? '' : 's'}://127.0.0.1:${nginx.port}`,
    AUTH_SERVICE_URL: backend.url('authServiceUrl'),
    E2E_OAUTH_SIMULATION_KEY: KEYS.bypass,
    JWT_SECRET_KEY: KEYS.jwt,
    EXPECTED_REVISION: REVISION,
    TIME_SCALE: '0.1',
    ...(nginx.caFile === null ? {} : { CA_FILE: nginx.caFile }),
    ...(origin === null ? {} : { WEBSOCKET_ORIGIN: origin }),
  };
  try {
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(file, lines.join(''), { mode: 0o600 });
    const { code, output } = await runStagegate(undefined, [
      'run',
      '--env',
      environment,
      '--out',
      out,
      ...words,
    ]);
    const reds = readRecord(join(out, 'latest'))
      .checks.filter(({ verdict }) => verdict === 'failed')
      .map(({ id, attempts }) => ({
        check: id,
        rules: [...new Set(attempts.at(-1)?.violations.map(({ rule }) => rule))].sort(),
      }));
    return { code, output, reds };
  } finally {
    rmSync(file, { force: true });
    rmSync(out, { recursive: true, force: true });
  }
}

/** What the fault of the reference backend that stands for this nginx leads to. */
function redsOf(fault: string): Outcome['reds'] {
  const entry = FAULT_MATRIX.find((candidate) => candidate.fault === fault);
  if (entry === undefined) throw new TypeError(`expected an entry of the matrix for ${fault}, got none`);
  return entry.failed.map(({ check, rules }) => ({ check, rules: [...rules].sort() }));
}

describe('a real nginx in front of the reference backend', { timeout: 120_000 }, () => {
  test('that is set up well, with TLS, changes nothing: GO', async () => {
    const options = { upstreamPort: backendPort(), handshake: FORWARDS_UPGRADE, tls: true };
    const { code, output, reds } = await validate({ options, origin: null });

    expect(reds, output).toEqual([]);
    expect(code, output).toBe(0);
  });

  test('that strips Authorization from opening handshakes is told as what it is', async () => {
    const handshake = [...FORWARDS_UPGRADE, 'proxy_set_header Authorization "";'];
    const { code, output, reds } = await validate({
      options: { upstreamPort: backendPort(), handshake, tls: false },
      origin: null,
    });

    expect(reds, output).toEqual(redsOf('proxy-strips-authorization'));
    expect(code, output).toBe(1);
  });

  test('that forwards no Upgrade lets no opening handshake through', async () => {
    const { code, output, reds } = await validate({
      options: { upstreamPort: backendPort(), handshake: [], tls: false },
      origin: null,
    });

    expect(reds, output).toEqual(redsOf('proxy-strips-upgrade'));
    expect(code, output).toBe(1);
  });

  describe('that answers 403 to what only browsers send, over TLS', () => {
    const behind = (rule: string, origin: string | null = null): Target => ({
      options: { upstreamPort: backendPort(), handshake: [...FORWARDS_UPGRADE, rule], tls: true },
      origin,
    });
    const onlyOne = 'if ($http_origin !~ "^(https://app\\.example)?$") { return 403; }';

    test('is found by the opening that is made as by a browser', async () => {
      const target = behind('if ($http_sec_websocket_extensions) { return 403; }');
      const { reds, output } = await validate(target, '--smoke');

      expect(reds, output).toEqual([{ check: 'HS-23', rules: ['WS-BROWSER-NOT-SERVED'] }]);
      expect(output).toContain('only with Sec-WebSocket-Extensions');
    });

    test('decides nothing for a list of origins, while nobody says from which one users come', async () => {
      const { code, reds, output } = await validate(behind(onlyOne), '--smoke');

      expect(reds, output).toEqual([]);
      expect(code, output).toBe(3);
      expect(output).toContain('Set WEBSOCKET_ORIGIN');
    });

    test('is GO for an origin of that list, and names the Origin for another one', async () => {
      const right = await validate(behind(onlyOne, 'https://app.example'), '--smoke');
      const wrong = await validate(behind(onlyOne, 'https://other.example'), '--smoke');

      expect(right.reds, right.output).toEqual([]);
      expect(right.code, right.output).toBe(0);
      expect(wrong.reds, wrong.output).toEqual([{ check: 'PRE-10', rules: ['WS-BROWSER-NOT-SERVED'] }]);
      expect(wrong.output).toContain('refused only with Origin');
    });
  });

  test('that ends idle connections after 1 s is found by the check of idle connections', async () => {
    const handshake = [...FORWARDS_UPGRADE, 'proxy_read_timeout 1s;'];
    const options = { upstreamPort: backendPort(), handshake, tls: false };
    const { code, output, reds } = await validate({ options, origin: null }, '--check', 'RES-04');

    expect(reds, output).toEqual([{ check: 'RES-04', rules: ['WS-IDLE-CUT'] }]);
    expect(code, output).toBe(1);
  });

  test('whose upstream is dead answers 502 for it', async () => {
    const upstreamPort = await freePort();
    const { code, output, reds } = await validate({
      options: { upstreamPort, handshake: FORWARDS_UPGRADE, tls: false },
      origin: null,
    });

    expect(output).toContain('502 Bad Gateway');
    expect(reds, output).toEqual(redsOf('http-502-html'));
    expect(code, output).toBe(1);
  });
});
