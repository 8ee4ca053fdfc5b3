import { type Device, type PatchbayError, unavailable } from '@patchbay/contracts';

/** What a machine needs before a device can start. */
const NEEDS: Record<Device, string> = {
  cpu: 'Install ONNX Runtime again with `npm ci`.',
  webgpu:
    'WebGPU needs a graphics driver that this machine’s Vulkan (Linux), Metal (macOS) or Direct3D 12 (Windows) can use; ' +
    'on Linux also the package libvulkan1. Or run on another device.',
  cuda:
    'CUDA needs Linux x64, an NVIDIA driver, CUDA 12 with cuDNN 9, and ONNX Runtime’s CUDA libraries, which are fetched with ' +
    '`ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node --ignore-scripts=false`. Or run on another device.',
};

/** A device that cannot start: nothing is computed elsewhere in its place. */
export const cannotStart = (device: Device, cause: unknown): PatchbayError =>
  unavailable(`The ${device} device could not start: ${firstLineOf(cause)}`, NEEDS[device], { cause });

/** A device that this build of ONNX Runtime does not have at all. */
export const notOffered = (device: Device, offered: readonly string[]): PatchbayError =>
  unavailable(
    `This build of ONNX Runtime has no ${device} device (it has ${offered.join(', ')}).`,
    'Choose one of those devices, or install ONNX Runtime with the one you need.',
  );

// The runtime's own messages go on with a native stack trace.
const firstLineOf = (cause: unknown): string => messageOf(cause).trim().split('\n')[0] ?? '';

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
