export { codePrompts } from './code-prompts.js';
export { runExperiment } from './run-experiment.js';
export { runSweep } from './run-sweep.js';
