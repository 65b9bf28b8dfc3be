import { createHash } from 'node:crypto';

/** A key made of so few different characters was typed, not generated. */
const MIN_DISTINCT_CHARACTERS = 6;

/** SHA-256 of lower-case placeholders that tutorials, templates and `.env.staging.example` contain; none is a secret of anybody. */
const PLACEHOLDER_HASHES: ReadonlySet<string> = new Set([
  '057ba03d6c44104863dc7361fe4578965d1887360f90a0895882e58a6248fc86',
  'e2186dbdb1bb4193608605e84f33208765b5693b55edd4f730a719a100eeea6f',
  'fb86fb757d1241d512865070e05ccb5d17dfaa11a4b2ca04b89bacad17530ad4',
  'eaf8fdddcf278f3b40cddf1b5b5611481d629c7b9cc249a76cb0facf4133764d',
  'fa8a006dafa4c59dd94731757848a93d73eadfe2dbb512672fbc9484873753be',
  '048af2438891a89a3536ac09cc96ccbd34a1714e88cf8fdb63e6186dcc3ff89d',
  '55a2aa619c852bbc2a756b83696b60ab1b91ab7163f3e0d8463da815fb93a268',
  'b7fc4838f5a36c8d1940b56fe2df734293434da17cca35a4e3f82d66ead6aa0d',
  'f7d838701b86c5dfb57bf95fbc5ce6df204cfc9f15ad6cdb39fd22f8776e47b6',
  '971cb214a0b5c08eac23088b3670e1f1ffe051e56cda87789bfaf025031839eb',
  '074337dc15c16b74a873232606bc465fc87449ca5f584d9e581e0ee899feb270',
  '1453cea2dc3799e9026e42b3e465e455256d5a149582e4c5b92d4c8d604731a2',
  '195bbc9b107001c2014fb61611ed892d21cfc04542182692e54b4ad4841a78ce',
  '0f9967e7838beff723bdfc3fb14aa7ffb13ec85b79a5962f0a1432585606d96b',
  '92809ab604c9377285fbbcf82c4f30db65f107ecfd7217c7e62c17a2b3be7633',
  '51a34c1f8de00e9409a2c940f03887f2fcabda28422251419f2187d9ab48d2ac',
  '6d108dbf7a5e79ffa45291d065352e14cdde87c13e4151dd09cff5110aee5df0',
  '70c73c54f3d0b4d2c5ec8e91b1441a5f9b250bbba2ee290b5c4eea768ecd2fdf',
  '2ea6ee56a0a422efbd81d6f9ab88cd4532ba54fed6cbe2be902f619737307a5d',
  '6a86f27f11b58fad7caecc837a1ad89a4a8de01f6a5a46242de9e132728f2751',
  '465d9ad5d5528ebe287b5dce4fb51620833d09b290e49ddcc70ca6c4a0aea01b',
  'b3cb1ee9d3d522a1869b4136d6a3121ded007a6202a9eff066eefdc75168097a',
  'cf03d2c69a090750ecfdf944e21cf84160f7e1340ba4221396a37c9ebda5e5c7',
  '71972b77b5749ea000a2618c215c8c5aeb98404635e4fb33f220ac73b7db060a',
  '3eb1bd439947eb762998e566ccc2e099c791118b2f40579cc4f7da2b5061b7f9',
  'a8ae6e6ee929abea3afcfc5258c8ccd6f85273e0d4626d26c7279f3250f77c8e',
  'e1b85b27d6bcb05846c18e6a48f118e89f0c0587140de9fb3359f8370d0dba08',
  'f6d527e6d01865481134f29788be2afe7fc3c702e1a55d7ceafac5f35199e8dc',
  '011fc2994e39d251141540f87a69092b3f22a86767f7283de7eeedb3897bedf6',
]);

/** True for a value that is obviously no secret: a known placeholder, or a handful of characters repeated. */
export function isPlaceholderSecret(value: string): boolean {
  const plain = value.trim().toLowerCase();
  if (new Set(plain).size < MIN_DISTINCT_CHARACTERS) return true;
  return PLACEHOLDER_HASHES.has(createHash('sha256').update(plain, 'utf8').digest('hex'));
}
