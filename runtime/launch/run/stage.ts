import type { Datastore } from "../../datastore/datastore.ts";
import type { FlowGraph } from "../../graph/flow-graph.ts";
import type { Capacity } from "../../scheduler/capacity.ts";
import type { RunSecrets } from "../../secrets/run-secrets.ts";
import { watchedBlobs } from "../../secrets/watched-blobs.ts";
import type { StepEngines } from "../engines/chosen-engines.ts";
import { readAdmitted } from "../engines/read-admitted.ts";
import { sharedGpus } from "../engines/shared-gpus.ts";
import { sharedLimits } from "../engines/shared-limits.ts";
import { sharedMachine } from "../engines/shared-machine.ts";
import { RunEngines, type RunEnginesOptions } from "./run-engines.ts";
import type { LaunchOptions } from "./launch-options.ts";

/** What a run needs before it is known what it is a run of: a store that is watched, and engines that are cold. */
export interface Stage {
  readonly store: Datastore;
  readonly secrets: RunSecrets;
  /** What tasks share besides places. */
  readonly capacities: readonly Capacity[];
  readonly engines: RunEngines;
  warning(text: string): void;
}

export interface StageOptions extends Pick<RunEnginesOptions, "shippedRuntime"> {
  readonly graph: FlowGraph;
  readonly engines: StepEngines;
  readonly secrets: RunSecrets;
}

/** What is stored for the run is searched for its secrets, and warnings are masked for them. */
export async function stageOf(of: StageOptions, launch: LaunchOptions): Promise<Stage> {
  const { graph, engines, secrets, shippedRuntime } = of;
  const warning = (text: string) => launch.on.warning(secrets.redactor?.text(text) ?? text);
  const blobs = watchedBlobs(launch.store.blobs, {
    redactor: () => secrets.redactor,
    onFound: (name) => warning(`the value given for ${name} holds a secret of @secrets, and is stored as it is`),
  });
  const store = { ...launch.store, blobs };
  const gpus = sharedGpus(graph, engines, launch.settings);
  const { options, settings, programName } = launch;
  const given = { graph, engines, gpus, secrets, settings, store, programName, shippedRuntime };
  const cold = new RunEngines({ ...given, ...options, onWarning: warning });
  const { admitted = await readAdmitted(graph.flow, launch) } = launch;
  const { capacities } = sharedMachine(graph, { engines, settings, options, admitted });
  return { store, secrets, capacities: [gpus, ...capacities, ...sharedLimits(graph)], engines: cold, warning };
}
