import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../setup/find-chromium.js';

const ARGUMENTS = [
  '--no-sandbox', // the tests may run as root
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium(), args: ARGUMENTS });
