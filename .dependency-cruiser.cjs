// The layers of design.md §3 and the rules of style.md §4.2. One directory is one layer; imports point down only.

/** What each layer of lib may import besides itself. */
const LAYERS = {
  foundation: [],
  contract: ['foundation'],
  evidence: ['contract', 'foundation'],
  config: ['evidence', 'contract', 'foundation'],
  auth: ['config', 'evidence', 'contract', 'foundation'],
  http: ['config', 'evidence', 'contract', 'foundation'],
  // An opening handshake is an HTTP exchange first: ws shares its records, http knows nothing of ws.
  ws: ['http', 'config', 'evidence', 'contract', 'foundation'],
  probes: ['auth', 'http', 'ws', 'config', 'evidence', 'contract', 'foundation'],
  diagnosis: ['evidence', 'contract', 'foundation'],
  gate: ['evidence', 'contract', 'foundation'],
  // What a fault must lead to, and whether it did: judged from run records, like the gate.
  proof: ['gate', 'evidence', 'contract', 'foundation'],
  reporting: ['diagnosis', 'gate', 'evidence', 'contract', 'foundation'],
  harness: ['probes', 'auth', 'http', 'ws', 'config', 'diagnosis', 'evidence', 'contract', 'foundation'],
  cli: [
    ...['reporting', 'proof', 'gate', 'diagnosis', 'probes', 'auth', 'http', 'ws'],
    ...['config', 'evidence', 'contract', 'foundation'],
  ],
};

/** What each folder of lib/cli may import besides itself: commands, and the entry above them, may import all. */
const CLI_FOLDERS = {
  launch: [],
  policy: [],
  target: ['launch'],
  record: ['launch'],
  run: ['target', 'record', 'policy', 'launch'],
  proof: ['run', 'target', 'record', 'policy', 'launch'],
  docs: ['target', 'policy', 'launch'],
};

const TEST = '\\.test\\.ts$|/testing/';
const PURE = '^lib/(contract|evidence|diagnosis|gate|proof)/';
const IO = [
  ...[
    'fs',
    'net',
    'tls',
    'http',
    'https',
    'http2',
    'dns',
    'dgram',
    'child_process',
    'worker_threads',
    'cluster',
  ],
  ...['readline', 'timers', 'inspector', 'process'],
].join('|');
const npm = (/** @type {readonly string[]} */ ...names) => `(^|/)node_modules/(${names.join('|')})/`;

const layerRules = Object.entries(LAYERS).map(([layer, below]) => ({
  name: `layer-${layer}`,
  comment: `lib/${layer} may import ${below.length === 0 ? 'no other layer' : below.join(', ')}.`,
  severity: 'error',
  from: { path: `^lib/${layer}/`, ...(layer === 'cli' ? { pathNot: TEST } : {}) },
  to: { path: '^lib/', pathNot: `^lib/(${[layer, ...below].join('|')})/` },
}));

const cliRules = Object.entries(CLI_FOLDERS).map(([folder, below]) => ({
  name: `cli-${folder}`,
  comment: `lib/cli/${folder} may import ${below.length === 0 ? 'no other folder of cli' : below.join(', ')}.`,
  severity: 'error',
  // The worker of a proof is a program: it runs the command `run`.
  from: { path: `^lib/cli/${folder}/`, pathNot: `^lib/cli/proof/proof-worker\\.ts$|${TEST}` },
  // What the entry hands over may name the type of what it carries.
  to: {
    path: '^lib/cli/',
    pathNot: `^lib/cli/(${[folder, ...below].join('|')})/`,
    dependencyTypesNot: ['type-only'],
  },
}));

/** A package that only its owner may import: `from` names everybody else. */
const ownerRules = [
  {
    name: 'websocket-has-one-client',
    packages: ['ws'],
    owners: '^lib/ws/|^fixtures/reference-backend/|^bench/',
  },
  { name: 'http-has-one-client', packages: ['undici'], owners: '^lib/http/|^bench/' },
  { name: 'tokens-have-one-mint', packages: ['jose'], owners: '^lib/auth/|^fixtures/reference-backend/' },
  { name: 'env-in-one-place', packages: ['dotenv'], owners: '^lib/config/environment-file\\.ts$' },
  { name: 'colour-is-output', packages: ['chalk'], owners: '^lib/(reporting|cli)/' },
  {
    name: 'page-libraries-run-in-a-browser',
    packages: ['preact', 'preact-render-to-string', 'uplot', '@tanstack'],
    owners: '^lib/reporting/page/',
  },
  { name: 'compiler-has-one-caller', packages: ['esbuild'], owners: '^lib/cli/launch/typescript\\.mjs$' },
  {
    name: 'no-test-in-prod',
    packages: ['vitest', '@vitest', 'fast-check'],
    owners:
      '^lib/(harness|reporting)/|^lib/cli/(run/suite-run\\.ts|proof/proof-worker\\.mjs|launch/invocation\\.ts|stagegate\\.mjs)$|^vitest\\.config\\.ts$',
  },
].map(({ name, packages, owners }) => ({
  name,
  comment: `${packages.join(', ')} is imported by its owner only.`,
  severity: 'error',
  from: { pathNot: `${owners}|${TEST}|node_modules` },
  to: { path: npm(...packages) },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    ...cliRules,
    ...ownerRules,
    {
      name: 'cli-folder-is-known',
      comment: 'A new folder of lib/cli needs a line in CLI_FOLDERS.',
      severity: 'error',
      from: {
        path: '^lib/cli/[^/]+/',
        pathNot: `^lib/cli/(${Object.keys(CLI_FOLDERS).join('|')}|commands|testing)/`,
      },
      to: {},
    },
    {
      name: 'layer-is-known',
      comment: 'A new folder of lib needs a line in LAYERS.',
      severity: 'error',
      from: { path: '^lib/', pathNot: `^lib/(${Object.keys(LAYERS).join('|')})/` },
      to: {},
    },
    {
      name: 'no-circular',
      comment:
        'Order of evaluation. An import type is gone at run time: a part may name the type of its whole.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'pure-layers',
      comment: 'A stored run is judged again offline: no file, no socket, no process.',
      severity: 'error',
      from: { path: PURE, pathNot: TEST },
      to: { path: `^(node:)?(${IO})(/|$)|${npm('ws', 'undici', 'jose', 'dotenv')}` },
    },
    {
      name: 'reporting-writes-in-one-place',
      comment: 'Reports are text of a record; only the writer files touch the disk.',
      severity: 'error',
      from: { path: '^lib/reporting/', pathNot: `^lib/reporting/artifact-scan\\.ts$|${TEST}` },
      to: { path: `^(node:)?(${IO})(/|$)` },
    },
    {
      name: 'page-knows-its-data-only',
      comment: 'The report page runs in a browser: it imports itself and its libraries.',
      severity: 'error',
      from: { path: '^lib/reporting/page/' },
      to: {
        pathNot: `^lib/reporting/page/|${npm('preact', 'preact-render-to-string', 'uplot', '@tanstack')}`,
      },
    },
    {
      name: 'page-is-reached-by-path',
      comment: 'It is a program of its own, bundled for the browser: the rest knows the shape of its data.',
      severity: 'error',
      from: { pathNot: '^lib/reporting/page/' },
      to: { path: '^lib/reporting/page/', pathNot: '^lib/reporting/page/page-data\\.ts$' },
    },
    {
      name: 'lib-knows-no-suite',
      comment: 'lib is reused by every suite; fixtures are read by path. Tests may read fixtures.',
      severity: 'error',
      from: { path: '^lib/', pathNot: TEST },
      to: { path: '^(suites|fixtures|bench|\\.ci)/' },
    },
    {
      name: 'tests-know-no-suite',
      comment: 'A red unit test is about us, a red suite about the deployment.',
      severity: 'error',
      from: { path: TEST },
      to: { path: '^suites/' },
    },
    {
      name: 'suites-use-harness',
      comment: 'One vocabulary: suites import lib/harness and fixture data.',
      severity: 'error',
      from: { path: '^suites/' },
      to: { pathNot: '^lib/harness/|^fixtures/(?!reference-backend/)' },
    },
    {
      name: 'backend-is-independent',
      comment: 'The backend shares the wire vocabulary and nothing else, or one bug hides in both.',
      severity: 'error',
      from: { path: '^fixtures/reference-backend/' },
      to: {
        path: '^(lib|suites|bench|fixtures|\\.ci)/',
        pathNot: '^lib/contract/(event-type|close-code)\\.ts$|^fixtures/reference-backend/',
      },
    },
    {
      name: 'backend-is-reached-by-path',
      comment: 'It is a process of its own: nobody imports it.',
      severity: 'error',
      from: { pathNot: '^fixtures/reference-backend/' },
      to: { path: '^fixtures/reference-backend/', pathNot: '^fixtures/reference-backend/testing/' },
    },
    {
      name: 'fixtures-are-data',
      comment: 'Fixture data takes its types from the pure layers.',
      severity: 'error',
      from: { path: '^fixtures/', pathNot: `^fixtures/reference-backend/|${TEST}` },
      to: { pathNot: `^fixtures/|${PURE}` },
    },
    {
      name: 'tests-are-not-imported',
      comment: 'What only tests may import stays with the tests; a bench is measured like one.',
      severity: 'error',
      from: { pathNot: `^bench/|${TEST}` },
      to: { path: TEST, pathNot: 'node_modules' },
    },
    {
      name: 'no-dev-dependency',
      comment: 'npm ci --omit=dev must be able to run the gate.',
      severity: 'error',
      from: { path: '^(lib|suites|fixtures)/', pathNot: TEST },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@types/',
      },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that cannot be found hides a whole subtree from these rules.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-orphan',
      comment: 'A module that imports nothing and that nobody imports is dead, or seen by no rule.',
      severity: 'error',
      from: { orphan: true, pathNot: '\\.config\\.ts$|\\.d\\.ts$|^\\.ci/' },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^reports/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    moduleSystems: ['es6', 'cjs'],
    skipAnalysisNotInRules: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.d.ts'],
    },
  },
};
