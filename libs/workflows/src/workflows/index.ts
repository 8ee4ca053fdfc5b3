export { codePrompts } from './code-prompts.js';
export { runExperiment } from './run-experiment.js';
