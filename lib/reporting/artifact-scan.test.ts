import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SecretIndex } from '../foundation/redaction.ts';
import { TemporaryFolder } from '../foundation/testing/temporary-folder.ts';
import { scanArtifacts } from './artifact-scan.ts';

const KEY = 'Zq7Lw2Xv9Kp4Rt6YbN3mHd8s';
const TOKEN = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from('{"sub":"user-17","jti":"0a1b2c3d"}').toString('base64url')}.Wm9vTGFuZHNpZ25hdHVyZQ`;

function index(): SecretIndex {
  const secrets = new SecretIndex();
  secrets.register(KEY, 'bypass key');
  return secrets;
}
function write(folder: TemporaryFolder, name: string, content: string): void {
  mkdirSync(dirname(folder.file(name)), { recursive: true });
  writeFileSync(folder.file(name), content);
}

const planted: readonly (readonly [string, string])[] = [
  ['run.json', JSON.stringify({ warnings: [`got ${TOKEN}`] })],
  ['decision.json', JSON.stringify({ reasons: [{ text: KEY }] })],
  ['junit.xml', `<failure message="${KEY.slice(3, 12)}"/>`],
  ['report.md', `| ${encodeURIComponent(TOKEN)} |`],
  ['evidence.ndjson', `${JSON.stringify({ body: Buffer.from(`key=${KEY}`).toString('base64') })}\n`],
  ['deep/er/notes.bin', `\u0000\u0001${Buffer.from(KEY).toString('hex')}\u0000`],
];

describe('artifact scan', () => {
  test('passes over what we ship ourselves, and over nothing else', () => {
    using folder = new TemporaryFolder();
    const program = `function read(){return"${KEY.slice(2, 14)}"}`;
    write(folder, 'page.html', `<script>${program}</script>`);
    write(folder, 'leak.html', `<script>${program}</script>${KEY}`);

    const { findings } = scanArtifacts(folder.path, index(), [program]);

    expect(findings.map(({ file }) => file)).toEqual(['leak.html']);
  });

  test.each(planted)('finds a secret in %s and replaces the file', (name, content) => {
    using folder = new TemporaryFolder();
    write(folder, name, content);
    write(folder, 'clean.txt', 'nothing to see');

    const result = scanArtifacts(folder.path, index());

    expect(result.state).toBe('leak');
    expect(result.findings.map(({ file }) => file)).toEqual([name]);
    expect(JSON.stringify(result)).not.toMatch(/Zq7Lw2|eyJ/);
    expect(readFileSync(folder.file(name), 'utf8')).toBe(
      'Removed: the artifact scan found a secret in this file.\n',
    );
    expect(readFileSync(folder.file('clean.txt'), 'utf8')).toBe('nothing to see');
    expect(scanArtifacts(folder.path, index()).state).toBe('clean');
  });

  test('lists every file that it read, below folders too, in a stable order', () => {
    using folder = new TemporaryFolder();
    for (const name of ['b.txt', 'a/z.txt', 'a/b.txt', 'c.txt']) write(folder, name, 'public');

    expect(scanArtifacts(folder.path, index())).toEqual({
      state: 'clean',
      files: ['a/b.txt', 'a/z.txt', 'b.txt', 'c.txt'],
      findings: [],
    });
  });

  test('counts the places of each secret', () => {
    using folder = new TemporaryFolder();
    write(folder, 'report.md', `${KEY}\n${TOKEN}\n${KEY}\n`);

    expect(scanArtifacts(folder.path, index()).findings).toEqual([
      { file: 'report.md', secret: expect.stringMatching(/^bypass key sha256:/), count: 2 },
      { file: 'report.md', secret: 'jwt-shape', count: 1 },
    ]);
  });
});
