import type { TaskGenerator } from '../../generator.js';
import type { Random } from '../../random.js';
import { singleTokens } from '../../spelling.js';
import { functions } from '../../words/functions.js';
import { parameters } from '../../words/parameters.js';
import { things } from '../../words/things.js';

/** The signature's parameters, and the words of the docstring: of the function, of the first and the second parameter. */
interface Source {
  name: string;
  signature: readonly string[];
  documented: readonly string[];
  texts: readonly string[];
}

/** As the built-in model was trained on it: every mark a word. */
const spaced = ({ name, signature, documented, texts }: Source): string =>
  `def ${name} ( self , ${signature.join(' , ')} ) : doc ${texts[0]} ` +
  `:param ${documented[0]} : ${texts[1]} :param ${documented[1]} : ${texts[2]} :param`;

const python = ({ name, signature, documented, texts }: Source): string =>
  [
    `def ${name}(self, ${signature.join(', ')}):`,
    `    """${texts[0]}`,
    '',
    `    :param ${documented[0]}: ${texts[1]}`,
    `    :param ${documented[1]}: ${texts[2]}`,
    '    :param',
  ].join('\n');

/** A docstring that has described two parameters: which one is next? */
export const docstring: TaskGenerator = {
  id: 'docstring',
  title: 'Docstring',
  description:
    "A Python function's docstring has described its first two parameters, in words that do not help, and the model " +
    'completes the name of the third. Corrupted: third and fourth parameter trade places in the signature. ' +
    'Negative: a signature of other names, none of them documented.',
  provenance:
    'Task: Heimersheim and Janiak 2023, "A circuit for Python docstrings in a 4-layer attention-only transformer". ' +
    'Words are our own.',
  prepare(tokenizer) {
    const names = singleTokens(parameters, tokenizer, { kind: 'parameter names', least: 5 });
    const nouns = singleTokens(things, tokenizer, { kind: 'nouns', least: 6 });
    const verbs = singleTokens(functions, tokenizer, { kind: 'function names', least: 1 });
    const write = tokenizer.spaceless ? spaced : python;
    return (random, others) => {
      const [first = '', second = '', third = '', fourth = '', ...rest] = random.sample(names, random.between(4, 5));
      const source = { name: random.pick(verbs), documented: [first, second], texts: describe(random, nouns) };
      const unseen = names.filter((name) => ![first, second, third, fourth, ...rest].includes(name));
      const foreign = others.sample(unseen, Math.min(unseen.length, 4 + rest.length));
      return {
        clean: write({ ...source, signature: [first, second, third, fourth, ...rest] }),
        corrupted: write({ ...source, signature: [first, second, fourth, third, ...rest] }),
        ...(foreign.length === 4 + rest.length && { negative: write({ ...source, signature: foreign }) }),
        answers: [` ${third}`],
        wrongs: [` ${fourth}`],
      };
    };
  },
};

/** Three texts of one or two words. */
function describe(random: Random, nouns: readonly string[]): string[] {
  const words = random.sample(nouns, 6);
  return [0, 2, 4].map((from) => words.slice(from, from + random.between(1, 2)).join(' '));
}
