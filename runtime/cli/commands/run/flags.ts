/** What `run` and `resume` have in common, as commander gives it. */
export interface RunFlags {
  readonly datastore?: string;
  readonly json?: boolean;
  readonly durable?: boolean;
  /** In milliseconds. */
  readonly grace?: number;
  readonly with?: readonly string[];
  readonly remote?: boolean;
  readonly tag?: readonly string[];
  readonly branch?: string;
  readonly production?: boolean;
  readonly maxWorkers?: number;
  readonly maxCpu?: number;
  readonly maxMemory?: number;
  readonly admit: "asked" | "usage";
  readonly maxNumSplits: number;
  readonly runIdFile?: string;
  /** Of `run` alone. */
  readonly detach?: boolean;
  readonly planCost?: boolean;
  readonly isolation: "module" | "process";
  readonly onFailure: "stop" | "finish";
}
