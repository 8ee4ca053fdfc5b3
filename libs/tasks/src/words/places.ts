import { words } from './list.js';

/** Places that two people may go to. */
export const places = words(`
  store school park station library beach market office hospital garden museum cafe theater river farm hotel
  restaurant church bank gym zoo airport bakery bar cathedral cinema club college court dentist factory festival
  gallery harbor hall house kitchen lake mall mill palace pharmacy pool post pub shop square stadium stable stage
  studio temple town university winery workshop yard`);
