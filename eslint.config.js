import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Which layer may import which: arrows only point downwards (ARCHITECTURE.md draws it). */
const LAYERS = {
  contracts: [],
  circuit: ['contracts'],
  onnx: [],
  runtime: ['contracts', 'onnx'],
  transformer: ['contracts', 'onnx', 'runtime'],
  tasks: ['contracts', 'transformer'],
  evaluation: ['contracts', 'circuit', 'tasks'],
  methods: ['contracts', 'circuit', 'evaluation', 'onnx', 'runtime', 'tasks', 'transformer'],
  store: ['contracts', 'circuit'],
  workflows: ['contracts'],
  infra: ['contracts', 'store'],
  api: ['contracts', 'circuit', 'evaluation', 'methods', 'tasks', 'transformer', 'store', 'workflows'],
  worker: ['contracts', 'methods', 'runtime', 'store', 'workflows'],
  cli: ['contracts', 'circuit', 'evaluation', 'methods', 'tasks', 'transformer', 'infra'],
  web: ['contracts', 'circuit'],
  tests: ['*'],
};

const depConstraints = Object.entries(LAYERS).map(([layer, below]) => ({
  sourceTag: `layer:${layer}`,
  onlyDependOnLibsWithTags: below.includes('*') ? ['*'] : [layer, ...below].map((name) => `layer:${name}`),
}));

export default tseslint.config(
  { ignores: ['**/dist', '**/node_modules', '.nx', 'coverage', 'libs/store/src/generated', '**/*.js', '**/*.mjs'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['*.ts'] } } },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { enforceBuildableLibDependency: true, allow: [], depConstraints }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }], // a Nest module
      curly: ['error', 'multi-line'],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // Workflow code is replayed: nothing in it may depend on the clock, chance or the process.
    files: ['libs/workflows/src/workflows/**'],
    rules: {
      'no-restricted-globals': ['error', 'Date', 'process', 'setInterval', 'fetch'],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
      'no-restricted-imports': [
        'error',
        { patterns: ['node:*', '@temporalio/client', '@temporalio/worker', '../!(names*)'] },
      ],
    },
  },
  {
    // Nest types the options that it takes by a class of its own.
    files: ['apps/api/src/create-app.ts'],
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' },
  },
  {
    files: ['apps/web/**/*.tsx', 'apps/web/**/*.ts'],
    plugins: { 'react-hooks': reactHooks },
    rules: reactHooks.configs.recommended.rules,
  },
  {
    // A test may start whatever its subject talks to.
    files: ['**/*.spec.ts', '**/*.spec.tsx', '**/testing/**', 'tests/**'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { depConstraints: [{ sourceTag: '*', onlyDependOnLibsWithTags: ['*'] }] },
      ],
      'max-lines-per-function': 'off',
      // Matchers such as expect.any() and parsed JSON are typed any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
);
