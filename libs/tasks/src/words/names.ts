import { words } from './list.js';

/** Given names. */
export const names = words(`
  Mary John Alice Bob Carol David Emma Frank Grace Henry Irene Jack Karen Leo Mia Noah Olive Peter Quinn Rose Sam
  Tina Uma Victor Wendy Xavier Yara Zoe Adam Beth Carl Dora Erik Fiona Gus Helen Ivan Julia Kurt Laura Mark Nina
  Oscar Paula Ralph Sara Tom Vera Aaron Alan Albert Alex Amanda Amy Andrew Angela Anna Anthony Arthur Barbara Ben
  Benjamin Brian Bruce Charles Charlotte Chris Christopher Claire Daniel Diana Donald Edward Eleanor Elizabeth Emily
  Eric Ethan Eva George Gordon Hannah Harry Howard Ian Isaac Jacob James Jane Jason Jennifer Jessica Joan Joe
  Jonathan Joseph Joshua Kate Keith Kelly Kevin Larry Lewis Linda Lisa Louis Lucy Luke Margaret Maria Martin Matthew
  Max Michael Michelle Nathan Nicholas Nick Oliver Patrick Paul Philip Rachel Rebecca Richard Robert Roger Ruth Ryan
  Samuel Sarah Scott Simon Sophie Stephen Steven Susan Thomas Tim Timothy Walter William`);
