/** The version of every package of this workspace, as it goes into manifests and the OpenAPI document. */
export const PATCHBAY_VERSION = '0.1.0';
