import { addModelSchema, addTaskSchema, deviceSchema, PATCHBAY_VERSION } from '@patchbay/contracts';
import { Command, Option } from 'commander';
import { ApiClient } from './api/api-client.js';
import { addSmollm2 } from './commands/add-smollm2.js';
import { checkModel } from './commands/check-model.js';
import { type CodeOptions, codeInto } from './commands/code.js';
import { demo } from './commands/demo.js';
import { discoverInto, estimateRun } from './commands/discover.js';
import { listMethods, showMethod } from './commands/methods.js';
import { addModel, listModels } from './commands/models.js';
import { run } from './commands/run.js';
import { cancelRun, listRuns, showRun } from './commands/runs.js';
import { runSweep } from './commands/sweep.js';
import { appendPoints, changeSweep, listSweeps, showSweep } from './commands/sweeps.js';
import { addTask, listTasks } from './commands/tasks.js';
import { up } from './commands/up.js';
import { addCircuitCommands } from './circuits/add-commands.js';
import { addRequestOptions, checked, memoryOption, type RequestOptions, requestOf } from './request-options.js';
import { addSweepOptions, type SweepOptions } from './sweep-options.js';

/** Where `patchbay up` listens with the same environment. */
const defaultUrl = (): string =>
  process.env['PATCHBAY_URL'] || `http://127.0.0.1:${process.env['PATCHBAY_PORT'] || 4455}`;

type LocalOptions = RequestOptions & { memory?: number };

interface ListOptions {
  json?: boolean;
}

/** Every command of `patchbay`, each handed on to its function. */
export function createProgram(): Command {
  const program = new Command('patchbay')
    .description('Circuit discovery in transformers: name a model, a task and a method')
    .version(PATCHBAY_VERSION)
    .showHelpAfterError('See what there is with --help.')
    .exitOverride()
    .option('--url <url>', 'address of the API', defaultUrl());
  const api = () => new ApiClient(program.opts<{ url: string }>().url);

  program
    .command('up')
    .description('start Postgres, Temporal, API, worker and dashboard, whatever is not configured elsewhere')
    .action(up);
  program
    .command('demo')
    .description('bring everything up and find the heads that do a small task')
    .option('--exit', 'end when the run has ended')
    .action(demo);
  addRequestOptions(program.command('discover').description('run in this process, with no server, into a file'))
    .addOption(memoryOption())
    .requiredOption('--out <file>', 'where the result goes, as JSON')
    .action(async (options: LocalOptions & { out: string }) => {
      await discoverInto(options.out, requestOf(options), options.memory);
    });
  addRequestOptions(program.command('estimate').description('say what discover would take, and compute nothing'))
    .addOption(memoryOption())
    .action((options: LocalOptions) => estimateRun(requestOf(options), options.memory));
  addRequestOptions(
    program.command('run').description('submit a run and follow it; exit code 0 succeeded, 1 failed, 130 cancelled'),
  ).action((options: RequestOptions) => run(api(), requestOf(options)));
  addCircuitCommands(program, api);
  addCodeCommand(program, api);
  addRunCommands(program, api);
  addSweepCommands(program, api);
  addCatalogueCommands(program, api);
  return program;
}

function addCodeCommand(program: Command, api: () => ApiClient): void {
  program
    .command('code')
    .description('code new prompts with an autoencoder that a head-codes run left behind, in this process')
    .option('--autoencoder <file>', 'the .safetensors file; or --run')
    .option('--run <id>', 'the run whose first autoencoder is taken from the API, with its model')
    .option('--model <model>', 'the model; needed with --autoencoder')
    .requiredOption('--prompts <file>', 'JSON lines with `clean`, as in a task file')
    .addOption(new Option('--device <device>', 'execution provider').choices(deviceSchema.options).default('cpu'))
    .requiredOption('--out <file>', 'where the codes go, as JSON')
    .action((options: CodeOptions) => codeInto(options, api));
}

function addRunCommands(program: Command, api: () => ApiClient): void {
  const filters = ['status', 'method', 'model', 'task', 'tag', 'limit'] as const;
  const runs = program.command('runs [id]').description('list runs, newest first, or show one');
  for (const filter of filters) runs.option(`--${filter} <${filter}>`, `only this ${filter}`);
  runs
    .option('--json', 'as JSON')
    .action((id: string | undefined, { json, ...query }: ListOptions & Record<string, string>) =>
      id === undefined ? listRuns(api(), query, json) : showRun(api(), id),
    );
  program
    .command('cancel <id>')
    .description('stop a run')
    .action((id: string) => cancelRun(api(), id));
}

function addSweepCommands(program: Command, api: () => ApiClient): void {
  addSweepOptions(
    program
      .command('sweep [file]')
      .description('submit many runs at once, as a file or as options with several values'),
  ).action((file: string | undefined, options: SweepOptions) => runSweep(api(), file, options));
  const sweeps = program.command('sweeps [id]').description('list sweeps, newest first, or show one with its points');
  sweeps
    .option('--status <status>', 'only points of this status')
    .option('--json', 'as JSON')
    .action((id: string | undefined, { json, ...query }: ListOptions & Record<string, string>) =>
      id === undefined ? listSweeps(api(), json) : showSweep(api(), id, query, json),
    );
  const changes = {
    pause: 'start no more runs; those under way go on to their end',
    resume: 'go on with a paused sweep',
    retry: 'a new run for each point whose run failed',
    cancel: 'stop a sweep for good',
  } as const;
  for (const how of ['pause', 'resume', 'retry', 'cancel'] as const) {
    sweeps
      .command(`${how} <id>`)
      .description(changes[how])
      .action((id: string) => changeSweep(api(), id, how));
  }
  sweeps
    .command('append <id> <file>')
    .description('append the points of a file')
    .action((id: string, file: string) => appendPoints(api(), id, file));
}

function addCatalogueCommands(program: Command, api: () => ApiClient): void {
  const models = program.command('models').description('list models').option('--json', 'as JSON');
  models.action(({ json }: ListOptions) => listModels(api(), json));
  models
    .command('add')
    .argument('<name>', addModelSchema.shape.name.description, checked(addModelSchema.shape.name))
    .argument('[source]', `${addModelSchema.shape.source.description}; not needed for smollm2`)
    .description('register a model by a name; `add smollm2` fetches a small real language model')
    .action((name: string, source?: string) =>
      source === undefined && name === 'smollm2' ? addSmollm2() : addModel(api(), name, source),
    );
  models
    .command('check')
    .argument('<model>', 'a built-in name, one in PATCHBAY_HOME/models, a folder, a .gguf file or hf:org/name')
    .description('hold a model against the reference logits beside its weights')
    .action(checkModel);
  const tasks = program.command('tasks').description('list tasks').option('--json', 'as JSON');
  tasks.action(({ json }: ListOptions) => listTasks(api(), json));
  tasks
    .command('add')
    .argument('<name>', addTaskSchema.shape.name.description, checked(addTaskSchema.shape.name))
    .argument('<file>', addTaskSchema.shape.jsonl.description)
    .description('register a JSON-lines file of prompt pairs by a name')
    .action((name: string, file: string) => addTask(api(), name, file));
  program
    .command('methods [id]')
    .description('list methods, or show one with its parameters')
    .option('--json', 'as JSON')
    .action((id: string | undefined, { json }: ListOptions) =>
      id === undefined ? listMethods(json) : showMethod(id, json),
    );
}
