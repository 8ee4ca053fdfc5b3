/** Where a reference leads on this disk. */
export interface LocatedModel {
  /** absolute: a folder or a .gguf file */
  path: string;
  source: string;
  revision: string | null;
}
