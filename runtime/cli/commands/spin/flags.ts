export interface SpinFlags {
  readonly datastore?: string;
  readonly json?: boolean;
  readonly pathspec?: string;
  readonly inspect?: boolean;
}
