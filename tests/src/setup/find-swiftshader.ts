import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findChromium } from './find-chromium.js';
import { installDebianPackage } from './install-debian-package.js';

const DRIVER = 'vk_swiftshader_icd.json';
/** Where Linux distributions keep the loader that finds Vulkan's drivers. */
const LIBRARY_FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];

/**
 * Points this process's WebGPU at SwiftShader, the Vulkan driver in software that every Chromium ships, so that it can
 * be tested with no GPU. Elsewhere than on Linux the system's own graphics serve.
 *
 * @throws Error saying what was tried when it cannot be had
 */
export function useSwiftShader(): void {
  if (process.platform !== 'linux') return;
  const driver = findSwiftShader();
  // the second is the name that older loaders know
  for (const variable of ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES']) process.env[variable] = driver;
}

/** @returns path of the driver's description; the loader is there too */
export function findSwiftShader(): string {
  if (!hasLoader()) {
    process.stderr.write('No Vulkan loader found: trying Debian’s package…\n');
    installDebianPackage('libvulkan1');
  }
  const folders = [dirname(realpathSync(findChromium())), '/usr/lib/chromium', '/usr/lib64/chromium-browser'];
  const driver = folders.map((folder) => join(folder, DRIVER)).find(existsSync);
  if (driver && hasLoader()) return driver;
  throw new Error(
    'The tests of WebGPU need a Vulkan driver in software and it cannot be had:\n' +
      `  ${driver ?? `${DRIVER} in none of ${folders.join(', ')}`}\n` +
      `  libvulkan.so.1 ${hasLoader() ? 'found' : `in none of ${LIBRARY_FOLDERS.join(', ')}, nor with apt-get install libvulkan1`}\n` +
      'Install the packages chromium and libvulkan1.',
  );
}

const hasLoader = (): boolean => LIBRARY_FOLDERS.some((folder) => existsSync(join(folder, 'libvulkan.so.1')));
