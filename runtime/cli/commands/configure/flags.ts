export interface ConfigureAwsFlags {
  readonly stack?: string;
  readonly datastore?: string;
  readonly queue?: string;
  readonly jobRole?: string;
  readonly executionRole?: string;
  readonly stateMachineRole?: string;
  readonly eventRole?: string;
  readonly image?: string;
  readonly region?: string;
  /** False under `--no-verify`. */
  readonly verify: boolean;
  readonly template?: boolean;
  readonly json?: boolean;
}

export interface ConfigureKubernetesFlags {
  readonly namespace?: string;
  readonly serviceAccount?: string;
  readonly manifest?: boolean;
  readonly json?: boolean;
}
