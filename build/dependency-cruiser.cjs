// Who may import whom (DESIGN §3). build/check-layers.ts runs these and asserts that modules were seen at all.

const ROOMS = 'content|oci|registry|bundle|trust|discover|relocate|serve|jobs';
const USE_CASES = 'lock|pack|verify|import|export|inspect|diff|probe';

/** Each library of DESIGN §7 belongs to the rooms that own its subject; nobody else may take it up in passing. */
const LIBRARY_OWNERS = {
  undici: ['electron/engine/registry/'],
  'ipaddr[.]js': ['electron/engine/registry/'],
  'tar-stream': ['electron/engine/content/', 'electron/engine/export/', 'build/', 'test/'],
  'js-yaml': [
    'electron/engine/content/',
    'electron/engine/registry/credentials/',
    'electron/engine/relocate/',
    'electron/engine/export/',
    'electron/engine/serve/',
    'test/',
  ],
  semver: ['electron/engine/content/'],
  'fastest-levenshtein': ['electron/engine/content/', 'electron/engine/export/'],
  'jsonc-parser': ['electron/engine/oci/'],
  canonicalize: ['electron/engine/oci/'],
  '@scure/bip39': ['electron/engine/bundle/', 'electron/engine/trust/'],
  ws: ['electron/web/', 'test/'],
  react: ['renderer/', 'test/'],
  'react-dom': ['renderer/app/', 'test/'],
  'react-aria-components': ['renderer/ui/', 'renderer/app/'],
  '@tanstack/react-virtual': ['renderer/ui/'],
  uqr: ['renderer/ui/'],
  zustand: ['renderer/'],
  'lucide-react': ['renderer/ui/'],
  commander: ['electron/cli/'],
  'cli-table3': ['electron/cli/', 'test/bench/'],
};

module.exports = {
  forbidden: [
    {
      name: 'shared-imports-zod-alone',
      comment: 'shared runs in every host and in the renderer: no Node, no DOM, no library but zod.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { pathNot: ['^shared/', '(?:^|/)node_modules/zod/'] },
    },
    {
      name: 'engine-knows-no-host',
      comment: 'The engine is a library; the command, the station and the desktop are hosts of it.',
      severity: 'error',
      from: { path: '^electron/engine/' },
      to: {
        path: [
          '^electron/(?!engine/)',
          '^renderer/',
          '^test/',
          '^build/',
          '(?:^|/)node_modules/electron/',
          '^electron$',
        ],
      },
    },
    {
      name: 'hosts-use-the-door',
      comment:
        'electron/engine/index.ts is the only door into the engine; where its state lies is asked before it is loaded.',
      severity: 'error',
      from: { path: '^electron/(?!engine/)' },
      to: {
        path: '^electron/engine/',
        pathNot: ['^electron/engine/index[.]ts$', '^electron/engine/jobs/state-folder[.]ts$'],
      },
    },
    {
      name: 'command-knows-no-other-host',
      severity: 'error',
      from: { path: '^electron/cli/' },
      to: {
        path: [
          '^electron/(?!engine/|cli/|web/)',
          '^renderer/',
          '^test/',
          '^build/',
          '(?:^|/)node_modules/electron/',
        ],
      },
    },
    {
      name: 'screens-know-the-bridge-alone',
      comment: 'The renderer reaches no Node, no Electron and no engine; words and shapes come from shared.',
      severity: 'error',
      from: { path: '^renderer/' },
      to: {
        path: ['^electron/', '^test/', '^build/', '(?:^|/)node_modules/electron/', '^electron$'],
      },
    },
    {
      name: 'screens-use-no-node',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'desks-know-no-other-desk',
      comment: 'What two desks share stands in ui, store or texts.',
      severity: 'error',
      from: { path: '^renderer/(pack|verify|import|serve|history|settings)/' },
      to: { path: '^renderer/(?:pack|verify|import|serve|history|settings|app)/', pathNot: '^renderer/$1/' },
    },
    {
      name: 'parts-know-no-desk',
      comment: 'renderer/ui are the parts that screens are made of; they know neither store nor bridge.',
      severity: 'error',
      from: { path: '^renderer/ui/' },
      to: { path: '^renderer/(?!ui/|texts/)' },
    },
    {
      name: 'preload-carries-names-alone',
      comment: 'The preload runs beside the page: it knows the channels and Electron, nothing else.',
      severity: 'error',
      from: { path: '^electron/preload/' },
      to: {
        pathNot: ['^electron/preload/', '^shared/ipc/channels[.]ts$', '(?:^|/)node_modules/electron/'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'engine-process-knows-no-shell',
      comment: 'The same engine process serves the window and the web station.',
      severity: 'error',
      from: { path: '^electron/host/' },
      to: {
        path: [
          '^electron/(?!engine/|host/)',
          '^renderer/',
          '^test/',
          '^build/',
          '(?:^|/)node_modules/electron/',
        ],
      },
    },
    {
      name: 'stations-know-no-other-station',
      comment: 'Window and web station share the engine process and the contract, and nothing else.',
      severity: 'error',
      from: { path: '^electron/(web|main)/' },
      to: {
        path: ['^electron/(?:cli|main|preload|web)/', '^renderer/', '^test/', '^build/'],
        pathNot: '^electron/$1/',
      },
    },
    {
      name: 'only-the-shell-knows-electron',
      severity: 'error',
      from: { pathNot: ['^electron/(?:main|preload)/', '^test/support/electron'] },
      to: { path: ['(?:^|/)node_modules/electron/', '^electron$'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'rooms-know-no-use-case',
      comment:
        'Pack, verify and import are pages over the rooms; a room that imports one has it upside down.',
      severity: 'error',
      from: { path: `^electron/engine/(?:${ROOMS})/` },
      to: { path: [`^electron/engine/(?:${USE_CASES})/`, '^electron/engine/index[.]ts$'] },
    },
    {
      name: 'oci-stands-below-the-rooms',
      comment: 'References, manifests and the graph copy need nothing but the words of a job.',
      severity: 'error',
      from: { path: '^electron/engine/oci/' },
      to: {
        path: '^electron/engine/',
        pathNot: ['^electron/engine/oci/', '^electron/engine/jobs/job-context[.]ts$'],
      },
    },
    {
      name: 'registry-knows-no-bundle',
      severity: 'error',
      from: { path: '^electron/engine/registry/' },
      to: { path: '^electron/engine/(?:content|bundle|trust|discover|relocate|serve)/' },
    },
    {
      name: 'bundle-has-no-network',
      comment: 'What opens and checks a bundle must work on a host without any network.',
      severity: 'error',
      from: { path: '^electron/engine/(?:bundle|trust|verify)/' },
      to: {
        path: ['^electron/engine/(?:registry|serve)/', '(?:^|/)node_modules/undici/'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-cycles',
      comment: 'Types may refer to each other; modules that run may not.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'product-needs-no-tools',
      comment: 'What ships may import runtime dependencies alone; Electron is there where it runs.',
      severity: 'error',
      from: { path: '^(?:electron|renderer|shared)/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: '(?:^|/)node_modules/electron/',
      },
    },
    ...Object.entries(LIBRARY_OWNERS).map(([library, owners]) => ({
      name: `${library.replaceAll(/\W+/g, '-').replace(/^-/, '')}-in-its-room`,
      severity: 'error',
      from: { pathNot: owners.map((owner) => `^${owner}`) },
      to: { path: `(?:^|/)node_modules/${library}/` },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^out/', '^demo-output/', '^bench-output/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
    builtInModules: { add: ['node:sqlite', 'node:test'] },
  },
};
