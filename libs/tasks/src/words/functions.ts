import { words } from './list.js';

/** Names of functions. */
export const functions = words(`
  run get put make send read write open close parse build check update render apply merge add call clean clear
  compute connect convert copy create delete draw execute export fetch find fit handle import init insert join log
  match move normalize notify plot prepare print process push register remove replace report reset resolve save scan
  search select set show sort split submit sync test transform validate verify visit`);
