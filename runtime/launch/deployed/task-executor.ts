import type { Datastore } from "../../datastore/datastore.ts";
import type { DeploymentVersion } from "../../datastore/kinds/deployment.ts";
import type { RunDocument } from "../../datastore/records.ts";
import type { ReleaseDocument } from "../../datastore/release-document.ts";
import type { Settings } from "../../settings/read-settings.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import type { AnyClass } from "../../../sdk/base/metadata.ts";

/** How tasks of deployed runs are executed where this process is: on a machine with the package, or in a container. */
export interface TaskExecutor {
  /** Where the package lies here, ready for its code to be evaluated; undefined: as the release says. */
  place(release: ReleaseDocument): Promise<string | undefined>;
  /** The flow's class, for its hooks. */
  flow(of: { readonly release: ReleaseDocument }): Promise<AnyClass>;
  /** Executes an attempt; what it stores is stored when the outcome is there. */
  execute(of: TaskExecution): Promise<TaskOutcome>;
}

export interface TaskExecution {
  readonly document: RunDocument;
  readonly version: DeploymentVersion;
  readonly spec: TaskSpec;
  /** For `current.engine`. */
  readonly engine: string;
  /** Its reason is a `StopReason`. */
  readonly signal: AbortSignal;
}

export interface ExecutorOptions {
  readonly store: Datastore;
  readonly settings: Settings;
  readonly on: ExecutorListener;
}

export interface ExecutorListener {
  /** npm begins to install a step's packages. */
  installing(step: string, packages: readonly string[]): void;
  /** A line of the task's output; it is stored already. */
  log(line: { readonly stream: "stdout" | "stderr"; readonly text: string }): void;
  warning(text: string): void;
}
