import type { SecretSource } from "../../sdk/decorators/secret-source.ts";
import type { NamedSetting, Settings } from "../settings/read-settings.ts";
import type { Storage } from "../datastore/storage.ts";
import type { RunSecrets } from "../secrets/run-secrets.ts";
import type { EngineJobs } from "./engine-jobs.ts";
import type { GpuPool } from "./gpus/gpu-pool.ts";
import type { JobListener, JobService } from "./jobs/job-service.ts";

/**
 * What an engine says of itself: one that runs tasks elsewhere than in processes of this machine. To add one, write a
 * folder with such an object and give it a row in `index.ts`. The object is loaded at every start, so it loads what it
 * needs only when asked.
 */
export interface Engine {
  /** Its decorator, what follows `--with`, and `current.engine`. */
  readonly name: string;
  /** Completes "Cannot run train …": `on AWS Batch`, `in containers`. */
  readonly where: string;
  /** Where the service tells a job its index in its group: the first that is set counts, and one that ends in `:N` means N. */
  readonly indexVariables: readonly string[];
  readonly settings: EngineSettingTable;
  readonly secrets: SecretDelivery;
  readonly jobs: EngineJobs;
  /**
   * How its jobs find the datastore and Millrace itself: the variables that every job gets.
   * @throws MillraceError where they cannot reach the datastore
   */
  reach(of: StorePlace): Readonly<Record<string, string>>;
  /** True where jobs run on a machine as it is, unless their step names a container: the default image says nothing of it. */
  readonly isWithoutImages?: boolean;
  /** Whether its tasks use processors, memory and GPUs of this machine, and so share them with the processes here. */
  computesHere(settings: Settings): boolean;
  /** What is paid for a task that needs that much. @defaultValue for what it needs, by the second */
  billed?(task: BilledTask): Bill;
  /** What to type to end the jobs that a run has left behind. */
  endingOf(left: { readonly run: string; readonly programName: string }): string;
  /** Loads the service; what it gives opens it. */
  service(of: ServiceOptions): Promise<(listener: JobListener) => JobService>;
  /** How the scheduler of a detached run becomes a job of this engine; absent where it cannot. */
  readonly scheduler?: SchedulerPlace;
}

/** A job that drives a run has to reach the engine as well, and the datastore as its tasks' jobs will be told. */
export interface SchedulerPlace {
  /** Those options of the engine's decorator that a scheduler's job has as well as a step's. */
  readonly options: readonly string[];
  /** The variables that it gets. */
  reach(of: StorePlace): Readonly<Record<string, string>>;
  service(of: ServiceOptions): Promise<(listener: JobListener) => JobService>;
}

/** What a task asks for, and what its step says for the engine alone. */
export interface BilledTask extends BilledNeeds {
  readonly options: Readonly<Record<string, unknown>>;
}

/** What counts for the price of a task. */
export interface BilledNeeds {
  readonly cpu: number;
  readonly memoryMb: number;
  readonly gpu: number;
}

export interface Bill extends BilledNeeds {
  /** Of its GPUs, where the step names one; what a driver says of them counts for more. */
  readonly gpuModel?: string;
  /** Shorter tasks are paid as long ones. */
  readonly leastMs: number;
}

/** Each setting by the engine's own name for it: a variable, and a key of `millrace.config.json`; the variable wins. */
export type EngineSettingTable = Readonly<Record<string, NamedSetting>>;

/**
 * `handed-over`: the launcher gives each job what it has read. `kept-here`: that stays on this machine, so steps with such
 * secrets are refused. What the task reads where it runs, as secrets of AWS, needs neither.
 */
export type SecretDelivery = (
  { readonly kind: "handed-over" } | { readonly kind: "kept-here"; readonly hint: string }
) & {
  /**
   * Types of sources of which only the engine can bring the secrets: its service asks `readByTask` of the run's secrets for
   * those of a step, and puts them where their provider looks.
   */
  readonly brings?: readonly SecretSource["type"][];
};

export interface StorePlace {
  readonly settings: Settings;
  readonly storage: Storage;
  readonly runtime: RuntimeArchive;
}

/** Millrace as jobs get it. */
export interface RuntimeArchive {
  /** On this machine, as it is; null where containers of this machine could not be given that file. */
  readonly file: string | null;
  /** Of the blob with the same, compressed. */
  readonly hash: string;
}

export interface ServiceOptions extends StorePlace {
  /** Those of this machine. */
  readonly gpus: GpuPool;
  readonly secrets: RunSecrets;
  /** How the user calls the command line, for hints. */
  readonly programName: string;
}
