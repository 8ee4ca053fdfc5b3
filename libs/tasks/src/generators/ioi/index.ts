import type { TaskGenerator } from '../../generator.js';
import { cannotSay, canSay, fill, singleTokens, spell } from '../../spelling.js';
import { names } from '../../words/names.js';
import { objects } from '../../words/objects.js';
import { places } from '../../words/places.js';
import { templates } from './templates.js';

/** Two names, one comes again; the other one (IO) is the answer, the repeated one (S) is wrong. */
export const ioi: TaskGenerator = {
  id: 'ioi',
  title: 'Indirect object identification',
  description:
    'Two people are named and one gives something to the other: the model completes the name that was not repeated. ' +
    'Corrupted: the second mention of the giver becomes the other name, so that answer and wrong answer trade places. ' +
    'Negative: three names, none of them twice.',
  provenance:
    'Task: Wang et al. 2022, arXiv 2211.00593, in both orders of names (ABBA, BABA). Templates and words are our own.',
  prepare(tokenizer) {
    const people = singleTokens(names, tokenizer, { kind: 'names', least: 2 });
    const where = singleTokens(places, tokenizer, { kind: 'places', least: 1 });
    const things = singleTokens(objects, tokenizer, { kind: 'objects', least: 1 });
    const sayable = templates.filter((template) =>
      canSay(spell(template.replaceAll(/\[\w+\]/g, 'the'), tokenizer), tokenizer),
    );
    if (sayable.length === 0) {
      throw cannotSay("The words of the ioi templates are not in this model's vocabulary.");
    }
    return (random, others) => {
      const [io = '', s = ''] = random.sample(people, 2);
      const [A, B] = random.below(2) === 0 ? [io, s] : [s, io];
      const setting = { A, B, PLACE: random.pick(where), OBJECT: random.pick(things) };
      const template = spell(random.pick(sayable), tokenizer);
      const strangers = people.filter((name) => name !== io && name !== s);
      const third = strangers.length > 0 ? others.pick(strangers) : undefined;
      return {
        clean: fill(template, { ...setting, S: s }),
        corrupted: fill(template, { ...setting, S: io }),
        // Nobody is named twice: a third name where IO stood, and IO where S was named first.
        ...(third && {
          negative: fill(template, { ...setting, A: A === io ? third : io, B: B === io ? third : io, S: s }),
        }),
        answers: [` ${io}`],
        wrongs: [` ${s}`],
      };
    };
  },
};
