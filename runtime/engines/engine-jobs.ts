import type { Settings } from "../settings/read-settings.ts";

/** The jobs of an engine as the commands `jobs list|logs|kill` see them, whichever run they belong to. */
export interface EngineJobs {
  /** Set where jobs are looked for in a place that has to be named. */
  readonly place: JobsPlace | null;
  /** Who keeps the output of jobs: `CloudWatch`. */
  readonly logKeeper: string;
  /** False where nothing here says that the engine is used at all: then it is left out unless it is named. */
  isSetUp(of: JobsRequest): boolean;
  /**
   * Opens what the commands ask, for as long as one of them works.
   * @throws MillraceError where no place is given and none is set
   */
  open(of: JobsRequest): Promise<FlowJobs>;
}

export interface JobsPlace {
  /** Option of the commands, as `queue`. */
  readonly option: string;
  readonly help: string;
}

export interface JobsRequest {
  /** What the option named by {@link JobsPlace} says. */
  readonly place: string | undefined;
  readonly settings: Settings;
}

/** Each call asks the service once and is done. */
export interface FlowJobs {
  /** The newest first. */
  find(filter: JobFilter): Promise<FlowJob[]>;
  end(jobs: readonly FlowJob[], reason: string): Promise<void>;
  /** What a job wrote, as far as the service keeps it; null where it has nothing. */
  log(job: JobOutput): Promise<readonly string[] | null>;
  close(): Promise<void>;
}

/** A job of a flow, or an array of them, whoever submitted it. */
export interface FlowJob {
  readonly id: string;
  readonly name: string;
  readonly run: string;
  readonly step: string;
  /** Null for an array. */
  readonly task: number | null;
  readonly user: string;
  readonly state: string;
  readonly reason: string | null;
  /** When it was submitted, in milliseconds. */
  readonly createdAt: number;
  /** Of an array, how many jobs are in which state. */
  readonly counts: Readonly<Record<string, number>> | null;
}

export interface JobFilter {
  readonly flow: string;
  /** Null for anybody. */
  readonly user: string | null;
  /** Also those that have ended, as long as the service remembers them. */
  readonly hasEnded: boolean;
}

/** Whose output is asked for. */
export interface JobOutput {
  /** Null where its launcher could not note it. */
  readonly id: string | null;
  readonly name: string;
  /** Among the jobs of an array. */
  readonly index: number | null;
}
