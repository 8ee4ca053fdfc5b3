import { words } from './list.js';

/** What may last from one year to another. */
export const events = words(`
  war plague siege famine reign voyage drought strike project campaign dispute expedition revolt journey treaty
  trial tour blockade construction rebellion alliance occupation crisis investigation accord agreement argument
  assault battle boom boycott ceasefire collaboration competition conflict conquest controversy crusade debate
  depression development dictatorship dynasty embargo emergency empire epidemic era evolution exhibition experiment
  exploration feud fight friendship hostilities influence insurgency intervention invasion kingdom lawsuit marriage
  migration mission monarchy movement negotiation offensive outbreak pandemic partnership peace period persecution
  pilgrimage program protest pursuit quest recession recovery regime renovation resistance restoration revolution
  riot rivalry scandal search settlement shortage standoff struggle study tenure truce turmoil unrest uprising
  violence`);
