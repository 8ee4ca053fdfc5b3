import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Stage, Step } from './dockerfile.js';

/** Folders of an image that a step may name: anything else belongs to the machine that this runs on. */
const OWN_FOLDERS = ['/app', '/var/lib/patchbay'];

/**
 * Carries out a Dockerfile's stages without a container engine: each in a folder that stands for its root. Steps find
 * this machine's programs and network; what they find of the image is only what the file put there.
 */
export class ImageFolders {
  readonly #made = new Map<string, { root: string; workdir: string }>();

  /**
   * @param folder where the stages' folders are made
   * @param context the repository: what git knows of it is what `COPY . .` takes
   */
  constructor(
    private readonly stages: readonly Stage[],
    private readonly folder: string,
    private readonly context: string,
    private readonly onStep: (line: string) => void,
  ) {}

  /** Carries out a stage and those that it rests on, once. @returns its folder */
  make(name: string): string {
    const made = this.#made.get(name);
    if (made !== undefined) return made.root;
    const stage = this.stages.find((each) => each.name === name);
    if (!stage) throw new Error(`The Dockerfile has no stage ${name}.`);
    const root = join(this.folder, name);
    if (this.stages.some((each) => each.name === stage.from)) linkTree(this.make(stage.from), root);
    else provideNode(root);
    let workdir = this.#made.get(stage.from)?.workdir ?? '/';
    for (const step of stage.steps) {
      if (step.instruction === 'WORKDIR') {
        workdir = step.text;
        mkdirSync(join(root, workdir), { recursive: true });
      } else if (step.instruction === 'COPY') {
        this.#copy(step, root, workdir);
      } else if (step.instruction === 'RUN') {
        this.#run(name, step, root, workdir);
      }
    }
    this.#made.set(name, { root, workdir });
    return root;
  }

  #copy({ flags, text }: Step, root: string, workdir: string): void {
    const [from = '', to = ''] = text.split(/\s+/);
    const isFolder = to.endsWith('/');
    const target = join(root, resolve(workdir, to), isFolder ? (from.split('/').at(-1) ?? '') : '');
    if (flags['from'] !== undefined) linkTree(join(this.make(flags['from']), from), target);
    else copyTracked(this.context, target);
  }

  #run(stage: string, { text }: Step, root: string, workdir: string): void {
    this.onStep(`${stage}: ${text}`);
    const command = OWN_FOLDERS.reduce(
      (line, own) => line.replaceAll(new RegExp(`(?<![\\w/.])${own}\\b`, 'g'), join(root, own)),
      text,
    );
    const { status } = spawnSync('/bin/sh', ['-ec', command], { cwd: join(root, workdir), stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Error(`A step of ${stage} ended with ${status}: ${text}`);
  }
}

/** What this check has of an image that it cannot fetch: the program that every image of ours starts with. */
function provideNode(root: string): void {
  mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
  symlinkSync(process.execPath, join(root, 'usr/local/bin/node'));
}

/** Hard links: later stages remove and replace files, and write into none. */
function linkTree(from: string, to: string): void {
  if (!existsSync(from)) throw new Error(`There is no ${from} to copy.`);
  mkdirSync(dirname(to), { recursive: true });
  // -T: a folder that is there already is filled, not put into
  done(spawnSync('cp', ['-alT', from, to], { stdio: ['ignore', 2, 2] }).status, `cp ${from}`);
}

/** What git knows of the repository, without the folders that .dockerignore names; its patterns are what git ignores. */
function copyTracked(context: string, target: string): void {
  const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: context,
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
  const folders = readFileSync(join(context, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => /^[^*]+$/.test(line));
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    const isLeftOut = folders.some((folder) => file.startsWith(`${folder}/`));
    if (isLeftOut || !existsSync(join(context, file))) continue;
    cpSync(join(context, file), join(target, file), { recursive: true });
  }
}

function done(status: number | null, what: string): void {
  if (status !== 0) throw new Error(`${what} ended with ${status}`);
}
