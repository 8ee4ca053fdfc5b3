import { words } from './list.js';

/** Names of a function's parameters. */
export const parameters = words(`
  load size files last host port path key value name user token count index mode level state color width height
  depth start stop step scale shape label score limit offset buffer cache config data error event field filter
  format group header image input item line list mask message method model node number object option output page
  param parent point prefix query range rate request result root row rule seed source action address base batch
  block body child client code command content context current date default device domain edge end entry factor file
  flag frame function graph handler instance job language layer length link location log matrix max memory min
  module names order owner parser pattern pool position process property record reference region response sample
  scope script section sequence server service session settings signal stage status stream string style target task
  template text time title type url values variable vector version view weight`);
