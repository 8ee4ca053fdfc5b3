import type { ErrorReport } from '@patchbay/contracts';

/** What the parent asks of a compute child; one request at a time per slot. */
export interface ComputeRequest {
  id: number;
  /** a name that the child's handler table knows */
  operation: string;
  input: unknown;
}

export type ComputeMessage =
  | { id: number; type: 'progress'; fraction: number; stage?: string }
  | { id: number; type: 'checkpoint'; data: unknown }
  | { id: number; type: 'note'; message: string }
  | { id: number; type: 'done'; output: unknown; peakBytes: number }
  | { id: number; type: 'failed'; error: ErrorReport };
