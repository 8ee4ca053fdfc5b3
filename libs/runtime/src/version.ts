import { createRequire } from 'node:module';

/** The version of ONNX Runtime, read from its package, so that asking does not load the native library. */
export function runtimeVersion(): string {
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  return version;
}
