/** One instruction of a Dockerfile, its flags taken out of its text. */
export interface Step {
  instruction: string;
  flags: Record<string, string>;
  text: string;
}

/** What one `FROM` begins. */
export interface Stage {
  name: string;
  /** another stage's name, or an image */
  from: string;
  steps: Step[];
}

/** The stages of a Dockerfile, with the defaults of its `ARG`s filled into `FROM`. */
export function parseDockerfile(text: string): Stage[] {
  const args: Record<string, string> = {};
  const stages: Stage[] = [];
  for (const step of steps(text)) {
    if (step.instruction === 'FROM') {
      const [from = '', , name = ''] = step.text.split(/\s+/);
      stages.push({ name, from: filled(from, args), steps: [] });
    } else if (step.instruction === 'ARG' && stages.length === 0) {
      const [name = '', value = ''] = step.text.split('=');
      args[name] = value;
    } else {
      stages.at(-1)?.steps.push(step);
    }
  }
  return stages;
}

function steps(text: string): Step[] {
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  const joined = lines.join('\n').replaceAll(/\\\n/g, ' ').split('\n');
  return joined.map((line) => {
    const [, instruction = '', rest = ''] = /^\s*(\w+)\s+(.*)$/.exec(line) ?? [];
    const [, given = '', left = ''] = /^((?:--\S+\s+)*)(.*)$/.exec(rest) ?? [];
    const flags = Object.fromEntries([...given.matchAll(/--([\w-]+)=(\S+)/g)].map(([, name, value]) => [name, value]));
    return { instruction: instruction.toUpperCase(), flags: flags as Record<string, string>, text: left };
  });
}

const filled = (text: string, args: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => args[name] ?? '');

/** The last step of an instruction in a stage: the one that counts. */
export const lastStep = (stage: Stage, instruction: string): Step | undefined =>
  stage.steps.findLast((step) => step.instruction === instruction);

/** The words of an instruction in its exec form. */
export const execForm = (step: Step | undefined): string[] => (step ? (JSON.parse(step.text) as string[]) : []);

/** `ENV` of a stage, as the process will see it. */
export function environmentOf(stage: Stage): Record<string, string> {
  const pairs = stage.steps.filter(({ instruction }) => instruction === 'ENV').flatMap(({ text }) => text.split(/\s+/));
  return Object.fromEntries(pairs.map((pair) => [pair.split('=')[0] ?? '', pair.split('=')[1] ?? '']));
}
