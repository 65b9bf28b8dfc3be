import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SecretIndex } from './redaction.ts';

const key = 'k3Y/with+odd"chars\\and-more_0123456789';
const signature = randomBytes(32).toString('base64url');
const payload = Buffer.from(
  JSON.stringify({ sub: 'user-17', jti: 'abcdef', iss: 'netra-auth-service' }),
).toString('base64url');
const token = ['eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9', payload, signature].join('.');

function index(): SecretIndex {
  const secrets = new SecretIndex();
  secrets.register(key, 'bypass key');
  secrets.register(token, 'token');
  return secrets;
}

const reversed = (text: string): string => text.split('').reverse().join('');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const twice = (text: string): string => base64(base64(text));
const everyPercent = (text: string): string =>
  Buffer.from(text).toString('hex').toUpperCase().replaceAll(/../g, '%$&');

const leaks: readonly (readonly [string, string])[] = [
  ['the whole token', token],
  ['the token in a header', `authorization: Bearer ${token}`],
  ['the token in a URL', `ws://127.0.0.1/ws?token=${token}&x=1`],
  ['the token in a subprotocol', `jwt.${token}`],
  ['the token cut to 60 characters', token.slice(0, 60)],
  ['8 characters of the signature', signature.slice(17, 25)],
  ['the first 8 characters of the signature', signature.slice(0, 8)],
  ['the last 8 characters of the signature', signature.slice(-8)],
  ['the payload segment', payload],
  ['the token as base64', Buffer.from(token).toString('base64')],
  ['the token as base64 at another alignment', Buffer.from(`x ${token}`).toString('base64')],
  ['the token as base64url', Buffer.from(`xy ${token}`).toString('base64url')],
  ['the token as hex', Buffer.from(token).toString('hex')],
  ['the token as upper-case hex', Buffer.from(token).toString('hex').toUpperCase()],
  ['the key', key],
  ['8 characters of the key', key.slice(12, 20)],
  ['the key, percent-encoded', encodeURIComponent(key)],
  ['the key in JSON', JSON.stringify({ key })],
  ['the key as base64', Buffer.from(`key=${key}`).toString('base64')],
  ['the key as hex', Buffer.from(key).toString('hex')],
  ['the signature with every character percent-encoded', everyPercent(signature)],
  ['the token with every character percent-encoded, in lower case', everyPercent(token).toLowerCase()],
  ['8 characters of the key, each percent-encoded', everyPercent(key.slice(5, 13))],
  ['the signature reversed', reversed(signature)],
  ['the token reversed', reversed(token)],
  ['8 characters of the key reversed', reversed(key.slice(12, 20))],
  ['the token as base64 twice', twice(token)],
  ['the signature as base64 twice', twice(signature)],
  ['the key as base64 twice', twice(key)],
];

describe('secret index', () => {
  test.for(leaks)('finds %s and removes it', ([, leak]) => {
    const secrets = index();
    const text = `before ${leak} after`;

    expect(secrets.find(text).length).toBeGreaterThan(0);
    const clean = secrets.redact(text);
    expect(secrets.find(clean)).toEqual([]);
    expect(clean).not.toContain(leak);
    expect(clean.startsWith('before ')).toBe(true);
  });

  test.for(leaks)('finds %s in a scan when encodings wait for it', ([, leak]) => {
    const secrets = new SecretIndex({ encodings: 'at-scan' });
    secrets.register(key, 'bypass key');
    secrets.register(token, 'token');
    const text = `before ${leak} after`;

    expect(secrets.find(text)).toEqual(index().find(text));
  });

  test('keeps the findings of one text apart from those of the next', () => {
    const secrets = new SecretIndex();
    secrets.register('Zq7Lw2Xv9Kp4Rt6Y', 'bypass key');
    const none = secrets.find('nothing of interest');
    const one = secrets.find('it said Zq7Lw2Xv9Kp4Rt6Y');
    const other = secrets.find('and again: Zq7Lw2Xv9Kp4Rt6Y');

    expect(none).toEqual([]);
    expect([...one, ...other].map(({ offset }) => offset)).toEqual([8, 11]);
  });

  test('finds secrets as they stand at once, and their encodings in a scan only, when these wait for it', () => {
    const secrets = new SecretIndex({ encodings: 'at-scan' });
    secrets.register(key, 'bypass key');
    secrets.register(token, 'token');
    const hex = Buffer.from(key).toString('hex');

    expect(secrets.findLive(`x ${hex}`)).toEqual([]);
    expect(secrets.find(`x ${hex}`)).toHaveLength(1);
    for (const raw of [key, token, payload, payload.slice(20, 36), signature, signature.slice(9, 17)]) {
      expect(secrets.findLive(`x ${raw} y`)).toEqual(index().find(`x ${raw} y`));
      expect(secrets.redact(`x ${raw} y`)).toMatch(
        /^x \[redacted (token|bypass key) sha256:[0-9a-f]{8}\] y$/,
      );
    }
  });

  test('finds exactly the parts of a payload of 16 or more characters when encodings wait for the scan', () => {
    const all = index();
    const secrets = new SecretIndex({ encodings: 'at-scan' });
    secrets.register(key, 'bypass key');
    secrets.register(token, 'token');
    for (let at = 0; at < payload.length; at += 1) {
      for (const length of [8, 15, 16, 17, 24, 40]) {
        const text = `before ${payload.slice(at, at + length)} ${signature.slice(0, 9)} ${key}`;
        expect(secrets.findLive(text)).toEqual(all.find(text));
      }
    }
  });

  test('finds a token that nobody registered by its shape', () => {
    expect(new SecretIndex().redact(`x ${token} y`)).toBe('x [redacted jwt-shape] y');
  });

  test('takes any text as a secret, also one with half a surrogate pair', () => {
    const secrets = new SecretIndex();
    secrets.register('abcdefg\ud83dxyz\ude00 long enough', 'odd');

    expect(secrets.redact('x long enough y')).not.toContain('long enough');
  });

  test('leaves public words alone even when a secret holds them', () => {
    const secrets = new SecretIndex();
    secrets.register('netra-auth-service-8fj3kd02mfa9', 'key');

    expect(secrets.find('iss netra-auth-service')).toEqual([]);
    expect(secrets.find('8fj3kd02')).toHaveLength(1);
  });

  test('finds any 8-character window of any secret, and nothing in texts that share fewer', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9_-]{24,60}$/),
        fc.nat(),
        fc.stringMatching(/^[ .,;:!?]{0,20}$/),
        (secret, at, filler) => {
          const secrets = new SecretIndex();
          secrets.register(secret, 's');
          const from = at % (secret.length - 8);
          expect(secrets.find(filler + secret.slice(from, from + 8) + filler)).toHaveLength(1);
          expect(secrets.find(`${filler} ${secret.slice(from, from + 7)} ${filler}`)).toEqual([]);
        },
      ),
    );
  });

  test('finds any 8 bytes of a secret in every form, however they align and whatever public words stand beside them', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9_-]{16,40}$/),
        fc.constantFrom('', 'authorization', 'netra-auth-service'),
        fc.stringMatching(/^[A-Za-z0-9_-]{16,40}$/),
        fc.nat(),
        fc.nat({ max: 8 }),
        (head, word, tail, at, shift) => {
          const whole = head + word + tail;
          const secrets = new SecretIndex();
          secrets.register(whole, 's');
          // Inside one half, so that nothing of it is public.
          const inTail = at % 2 === 1;
          const half = inTail ? tail : head;
          const from = at % (half.length - 7);
          const part = half.slice(from, from + 8);
          const before = shift + (inTail ? head.length + word.length : 0) + from;
          const once = Buffer.from('?'.repeat(shift) + whole).toString('base64');
          const [first, last] = [Math.ceil((before * 4) / 3), Math.floor(((before + 8) * 4) / 3)];
          const forms = {
            hex: Buffer.from(part).toString('hex'),
            percent: everyPercent(part),
            reversed: reversed(part),
            base64: once.slice(first, last),
          };

          const missed = Object.entries(forms).filter(([, form]) => secrets.find(`: ${form} :`).length !== 1);
          expect(missed).toEqual([]);
        },
      ),
    );
  });

  test('finds any 8 bytes of a secret in base64 of base64 when the secret begins the text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{16,60}$/), fc.nat(), (secret, at) => {
        const secrets = new SecretIndex();
        secrets.register(secret, 's');
        const from = at % (secret.length - 7);
        const [innerFirst, innerLast] = [Math.ceil((from * 4) / 3), Math.floor(((from + 8) * 4) / 3)];
        const [first, last] = [Math.ceil((innerFirst * 4) / 3), Math.floor((innerLast * 4) / 3)];

        expect(secrets.find(`: ${twice(secret).slice(first, last)} :`)).toHaveLength(1);
      }),
    );
  });

  test('takes a secret for less distinct the more of it is public', () => {
    const secrets = new SecretIndex();

    expect(secrets.distinctShare('8fj3kd02mfa9')).toBe(1);
    expect(secrets.distinctShare('authorization')).toBe(0);
    expect(secrets.distinctShare('authorization8fj3kd02')).toBeCloseTo(8 / 14);
  });
});
