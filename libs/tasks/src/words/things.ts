import { words } from './list.js';

/** Plain nouns of no particular kind. */
export const things = words(`
  oil column piece crime population unit street voice stone winter summer music paper glass metal forest mountain
  ocean island village castle bridge tower engine wheel window door table chair bread butter cheese salt sugar
  pepper tea coffee milk water fire smoke cloud rain snow wind storm thunder animal horse dog cat bird fish tree
  leaf grass seedling road train boat plane clock air army art baby back bed bell board bone bottle bowl box boy
  branch brother building camp car card center chain child church circle city clay cloth coal coast corn cotton
  country crowd crown daughter desert desk dinner doctor dream dress driver dust ear earth edge egg evening eye face
  family farmer father feather finger flag floor food foot friend fruit game gate ghost girl gold ground guard gun
  hair hall hammer hand head heart hill hole home house ice iron jacket journal judge juice king kitchen knife lake
  lamp land lawyer leg lemon light lion machine magic meat mirror money moon morning mouth mud needle neighbor nest
  net night noise nose nurse orange paint palace pan party pearl phone piano picture pig pipe planet plant plate
  pocket poet pool potato prince prison queen rabbit rail rice rock roof room rope rose sail sand sea shadow sheep
  shell ship shirt shoe shop silk silver sister skin sky snake soap soil soldier song soup spoon spring square star
  steam steel stick string student sun sword tail tent thread throat tiger tool tooth town toy truck valley wall
  watch wave wheat wing wire wolf woman wood wool world yard`);
