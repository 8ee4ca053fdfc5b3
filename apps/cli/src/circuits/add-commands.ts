import { CIRCUIT_FORMATS } from '@patchbay/circuit';
import { type Command, Option } from 'commander';
import type { CompareOptions } from '../commands/compare.js';
import { evaluateInto } from '../commands/evaluate.js';
import type { ApiClient } from '../api/api-client.js';
import { deleteCircuit, listCircuits, showCircuit } from '../commands/circuits.js';
import { exportCircuit, type ExportOptions, SCORE_TABLES } from '../commands/export.js';
import { importCircuit, type ImportOptions } from '../commands/import.js';
import type { StabilityOptions } from '../commands/stability.js';
import { addRequestOptions, countOption, numberOption, type RequestOptions, requestOf } from '../request-options.js';

/** What `evaluate` runs where nothing else is named. */
const EVALUATION = 'faithfulness';
const ABLATIONS = ['resample', 'mean', 'zero'];

/** The commands around circuits, each handed on to its function. */
export function addCircuitCommands(program: Command, api: () => ApiClient): void {
  addEvaluate(program);
  addComparisons(program);
  addFiles(program, api);
  addStored(program, api);
}

const ablationOption = (): Option =>
  new Option('--ablation <kind>', 'what an edge outside the circuit carries').choices(ABLATIONS);

function addEvaluate(program: Command): void {
  addRequestOptions(
    program.command('evaluate').description('measure a circuit in this process, into a file'),
    EVALUATION,
  )
    .addOption(ablationOption())
    .option('--truth <id>', 'a reference circuit to score edges and nodes against')
    .requiredOption('--out <file>', 'where the result goes, as JSON')
    .action(
      ({ ablation: kind, truth, out, ...options }: RequestOptions & Record<'ablation' | 'truth' | 'out', string>) => {
        const named = { ...(kind && { ablation: kind }), ...(truth && { truth }) };
        return evaluateInto(out, requestOf({ ...options, set: { ...options.set, ...named } }));
      },
    );
}

function addComparisons(program: Command): void {
  program
    .command('compare <first> <others...>')
    .description('compare circuits, results or evaluations with the first; three or more also for stability')
    .option('--model <model>', 'the model that the circuits are of, where their files do not say')
    .option('--task <task>', 'with --model: also measure how the faithfulness of the circuits differs')
    .addOption(ablationOption())
    .addOption(countOption('--pairs <n>', 'pairs of the task to measure on'))
    .addOption(countOption('--top <n>', 'compare the best n edges, in the place of what the files keep'))
    .addOption(countOption('--seed <n>', 'of the bootstrap').default(0))
    .option('--json', 'as JSON')
    .option('--out <file>', 'also into a file, as JSON')
    .action(async (first: string, others: string[], options: CompareOptions) => {
      const { compare } = await import('../commands/compare.js'); // statistics, and with them the tasks
      await compare(first, others, options);
    });
  program
    .command('stability <result>')
    .description('how far the best edges of a result stay the same on other samples of its pairs')
    .option('--model <model>', 'the model that it is of, where the file does not say')
    .addOption(countOption('--draws <n>', 'samples of the pairs, with replacement').default(20))
    .addOption(countOption('--seed <n>', 'of the samples').default(0))
    .option('--json', 'as JSON')
    .action(async (file: string, options: StabilityOptions) => {
      const { stability } = await import('../commands/stability.js');
      await stability(file, options);
    });
  program
    .command('ground-truth')
    .description('run every method on the built-in programs and score it against their known circuits')
    .option('--method <id>', 'this method alone')
    .option('--out <file>', 'also into a file, as JSON')
    .action(async (options: { method?: string; out?: string }) => {
      const { groundTruth } = await import('../commands/ground-truth.js');
      await groundTruth(options);
    });
}

/** The options that say which edges are chosen. */
const addSelection = (command: Command): Command =>
  command
    .addOption(countOption('--top <n>', 'keep the best n edges'))
    .addOption(countOption('--greedy <n>', 'keep n edges, best first from the logits back'))
    .addOption(numberOption('--threshold <x>', 'keep edges that are worth more'))
    .addOption(
      new Option('--ranking <by>', 'what edges are worth').choices(['signed', 'absolute']).default('absolute'),
    );

function addFiles(program: Command, api: () => ApiClient): void {
  const formats = [...CIRCUIT_FORMATS, ...Object.keys(SCORE_TABLES)];
  addSelection(
    program
      .command('export <source>')
      .description('write a circuit, what a result’s scores make, or the scores themselves; a file or the id of a run')
      .addOption(new Option('--format <format>', 'how it is written').choices(formats).default('mib'))
      .option('--model <model>', 'the model that it is of, where the file does not say'),
  )
    .requiredOption('--out <file>', 'where it goes')
    .action((source: string, options: ExportOptions) => exportCircuit(source, options, api));
  addSelection(
    program
      .command('import <source>')
      .description('check a circuit of any known format; write it as circuit JSON, or keep it in Patchbay under a name')
      .option('--model <model>', 'the model that it must fit; needed with --name for a file')
      .option('--name <name>', 'keep it under this name; the source may then be the id of a run')
      .option('--out <file>', 'where the circuit JSON of the MIB benchmark goes'),
  ).action((source: string, options: ImportOptions) => importCircuit(source, options, api));
}

function addStored(program: Command, api: () => ApiClient): void {
  const circuits = program.command('circuits').description('list the circuits that are kept under a name, or show one');
  circuits
    .argument('[name]', 'this one')
    .option('--model <model>', 'only those of this model')
    .option('--node <node>', 'only those that contain this head or MLP, as a9.h9')
    .option('--after <name>', 'those after this one')
    .addOption(new Option('--format <format>', 'of --out').choices(CIRCUIT_FORMATS).default('mib'))
    .option('--out <file>', 'where the edges of the one go')
    .option('--json', 'as JSON')
    .action((name: string | undefined, { json, format, out, ...query }: ListOptions & Record<string, string>) =>
      name === undefined ? listCircuits(api(), query, json) : showCircuit(api(), name, { format: format ?? '', out }),
    );
  circuits
    .command('delete')
    .argument('<name>', 'the circuit')
    .description('forget a circuit; runs that evaluated it keep its hash')
    .action((name: string) => deleteCircuit(api(), name));
}

interface ListOptions {
  json?: boolean;
}
