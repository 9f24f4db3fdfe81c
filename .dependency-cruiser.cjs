/** The walls between the folders: lower knows nothing of higher. */
const from = (path, rest = {}) => ({ path, ...rest });
const sdkAndLibraries = '^node_modules/';

/** `folder` imports nothing of this project but `allowed` (patterns of paths). */
function wall(name, comment, folder, allowed) {
  return {
    name,
    comment,
    severity: 'error',
    from: from(folder),
    to: { pathNot: [folder, sdkAndLibraries, ...allowed], dependencyTypesNot: ['core', 'npm-no-pkg'] },
  };
}

/** What neither knows of Pulumi nor of Lambda. */
function free(name, comment, folder, modules) {
  return { name, comment, severity: 'error', from: from(folder), to: { path: modules } };
}

module.exports = {
  forbidden: [
    wall('catalog', 'What a domain is made of knows nothing of how it is kept', '^core/catalog/', []),
    wall('vault', 'How things are kept knows nothing of what a domain is made of', '^core/vault/', []),
    wall('backup', 'A backup joins catalog and vault', '^core/backup/', ['^core/(catalog|vault)/']),
    wall('environments', 'Components import these while the program runs', '^handlers/.*\\.env\\.ts$', []),
    wall('handlers', 'Callbacks call core', '^handlers/', ['^core/']),
    wall('cli', "The operator's tool calls core", '^cli/', ['^core/']),
    wall(
      'components',
      'Components name handlers by path and import their environments only',
      '^components/',
      ['^handlers/[a-z-]+\\.env\\.ts$'],
    ),
    wall(
      'stacks',
      "Stacks compose components; the reader's IAM actions, and what a configuration may name, come from core",
      '^stacks/',
      [
        '^components/',
        '^core/catalog/(registry|changes|membership|kind|pace)\\.ts$',
        '^core/backup/selection\\.ts$',
      ],
    ),
    wall('program', 'The program picks a stack', '^index\\.ts$', ['^(stacks|components)/']),
    wall('local-cloud', 'The local cloud deploys the program, and is no test', '^local/', [
      '^(core|components|stacks|handlers)/',
      '^index\\.ts$',
    ]),
    free('core-is-free', 'core knows neither Pulumi nor Lambda', '^core/', [
      '^node_modules/(@pulumi|@aws-lambda-powertools|@types/aws-lambda)/',
    ]),
    free('callbacks-without-pulumi', 'What runs in Lambda is deployed without Pulumi', '^handlers/', [
      '^node_modules/@pulumi/',
    ]),
    {
      name: 'environments-are-schemas',
      comment: 'An environment is parsed in the program too: it imports the schema library alone',
      severity: 'error',
      from: from('^handlers/.*\\.env\\.ts$'),
      to: { path: '^node_modules/', pathNot: '^node_modules/zod/' },
    },
    {
      name: 'no-circles',
      comment: 'A circle of imports has no lower and higher',
      severity: 'error',
      from: from('^(index|stacks|components|handlers|core|cli|local)'),
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'declared',
      comment: 'What is deployed is declared as a dependency',
      severity: 'error',
      from: from('^(index\\.ts|stacks|components|handlers|core|cli)'),
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'unknown', 'npm-unknown'],
        pathNot: '^node_modules/@types/',
      },
    },
    {
      name: 'resolved',
      comment: 'Every import is found',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.d.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
