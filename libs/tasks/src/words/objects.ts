import { words } from './list.js';

/** Things that one person may give to another; none begins with a vowel, since the templates say "a". */
export const objects = words(`
  drink book ring kiss basket letter ticket flower cake coin ball map pen gift hat bag banana basketball bell belt
  bone bottle bowl box bracelet brush bucket button camera candle card carpet coat computer cookie cup diamond doll
  dress drum fan flag glove guitar hammer jacket jar jewel kite knife lamp lemon locket magazine medal mirror mug
  necklace newspaper note notebook painting pencil phone photo picture pillow plate pocket poem postcard present
  puzzle radio ribbon rope rose sandwich scarf shell shirt shoe snack spoon stamp sweater sword towel toy trophy
  vase violin wallet watch whistle`);
