import { fileURLToPath } from "node:url";
import type { ComputeBackend } from "../../../runtime/engines/compute-backend.ts";
import type { Engine } from "../../../runtime/engines/engine.ts";
import type { RemoteBackend } from "../../../runtime/engines/jobs/remote-backend.ts";
import { LocalBackend } from "../../../runtime/engines/local/local-backend.ts";
import { spawnWorker } from "../../../runtime/engines/local/spawn-worker.ts";
import { environment } from "../../../runtime/config.ts";
import { readSettings, type Settings } from "../../../runtime/settings/read-settings.ts";
import { type Datastore, openDatastore, prepareDatastore } from "../../../runtime/datastore/datastore.ts";
import type { RunDocument } from "../../../runtime/datastore/records.ts";
import { documentHash } from "../../../runtime/datastore/run-record.ts";
import { makeEngines, runOn } from "../../../runtime/launch/engines/make-engines.ts";
import { sharedGpus } from "../../../runtime/launch/engines/shared-gpus.ts";
import { shipProject } from "../../../runtime/launch/engines/ship-project.ts";
import { planRun, type RunPlan } from "../../../runtime/launch/plan/plan-run.ts";
import { readFlowFile, type ReadFlowFile } from "../../../runtime/launch/plan/read-flow-file.ts";
import { storeRelease } from "../../../runtime/launch/release/store-release.ts";
import type { FlowGraph } from "../../../runtime/graph/flow-graph.ts";
import { begin } from "../../../runtime/launch/run/begin.ts";
import { NO_SECRETS } from "../../../runtime/secrets/run-secrets.ts";
import { ROOT } from "../../rigs/harness.ts";
import { Trial } from "./trial.ts";

export const TRIALS = fileURLToPath(new URL("flows/trials.ts", import.meta.url));
const MAX_SPLITS = 100;

export interface StageOptions {
  /** Null for processes of this machine. */
  readonly engine: Engine | null;
  readonly datastore: string;
  /** Jobs take further tasks of their steps, as by `--with reuse`. */
  readonly isReused?: boolean;
  /** Over the variables of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A recorded run without a scheduler: tests hand its tasks to backends themselves. */
export class Stage {
  readonly store: Datastore;
  readonly document: RunDocument;
  readonly #plan: RunPlan;
  readonly #settings: Settings;
  readonly #flow: ReadFlowFile;

  constructor(of: { store: Datastore; document: RunDocument; plan: RunPlan; flow: ReadFlowFile; settings: Settings }) {
    this.store = of.store;
    this.document = of.document;
    this.#plan = of.plan;
    this.#settings = of.settings;
    this.#flow = of.flow;
  }

  /**
   * A backend of its own, for the same run.
   *
   * @param spawn - how the local one starts its processes
   * @param place - what those are, where it is not this Node in this folder
   */
  async open(spawn = spawnWorker, place: { program?: string; cwd?: string } = {}): Promise<Trial> {
    const trial = new Trial(this);
    const isLocal = this.#plan.engines.size === 0;
    trial.backend = await (isLocal ? this.#local(trial, { spawn, place }) : this.#remote(trial));
    return trial;
  }

  #local(trial: Trial, how: { spawn: typeof spawnWorker; place: { program?: string; cwd?: string } }): ComputeBackend {
    const { document, store } = this;
    const { flow, run } = document;
    const record = store.record(flow, run);
    const own = { cores: 2, isolation: "module", secrets: NO_SECRETS, env: this.#settings.env, ...how } as const;
    const backend = new LocalBackend(own);
    backend.open({
      setup: {
        ...{ datastore: store.storage.location, flow, run, root: this.#flow.bundle.root },
        documentHash: documentHash(document),
        ...{ environment: null, engine: "local", maxSplits: MAX_SPLITS },
      },
      environments: new Map(),
      openLog: (of) => record.openLog(of),
      onEvent: (event) => trial.deliver(event),
      onTrouble: (error) => trial.trouble(error),
    });
    return backend;
  }

  async #remote(trial: Trial): Promise<ComputeBackend> {
    const { document, store } = this;
    const { graph, engines } = this.#plan;
    const settings = this.#settings;
    const made = new Map<Engine, RemoteBackend>();
    const gpus = sharedGpus(graph, engines, settings);
    const cold = { graph, store, engines, gpus, settings, secrets: NO_SECRETS, programName: "millrace flow.ts" };
    await makeEngines({ ...cold, onWarning: () => undefined }, made);
    const [[engine, backend] = [], ...others] = made;
    if (engine === undefined || backend === undefined || others.length > 0)
      throw new Error("each engine has one backend");
    const run = runOn(engine, {
      ...{ graph, store, secrets: NO_SECRETS, document, record: store.record(document.flow, document.run) },
      ...{ root: this.#flow.bundle.root, maxSplits: MAX_SPLITS, origin: null },
      onEvent: (event) => trial.deliver(event),
      onTrouble: (error) => trial.trouble(error),
    });
    backend.open(run);
    return backend;
  }
}

/** Does what a launch does before its first task. */
export async function prepareStage({ engine, datastore, isReused = false, env = {} }: StageOptions): Promise<Stage> {
  const flow = await readFlowFile({ given: TRIALS, file: TRIALS, name: null });
  const { Flow, bundle } = flow;
  const settings = readSettings({ ...environment(), ...env }, ROOT);
  const store = openDatastore(datastore, { settings: settings.store });
  prepareDatastore(store);
  const planned = await planRun({
    ...{ Flow, flowFile: TRIALS, cwd: ROOT, settings, store, tags: [], resume: null },
    ...{ added: [], isRemote: false },
    configs: { files: new Map(), values: new Map() },
    parameters: { texts: new Map(), values: {} },
  });
  const graph = isReused ? reused(planned.graph) : planned.graph;
  const engines = new Map(engine === null ? [] : graph.steps.map(({ name }) => [name, engine]));
  const plan = { ...planned, graph, engines };
  const shipped = { ...plan, settings, secrets: new Map(), bundle, environments: new Map(), versions: {} };
  const ship = engines.size === 0 ? null : await shipProject({ ...shipped, cwd: ROOT, warning: unexpected });
  const release = storeRelease(store.blobs, { plan, bundle, millraceVersion: "0.0.0", ship });
  const told = {
    parameters: {},
    username: settings.username,
    tags: [],
    project: null,
    originRun: null,
    millraceVersion: "0.0.0",
  };
  const { document } = begin(release, { store, ...told });
  return new Stage({ store, document, plan, flow, settings });
}

/** Members of gangs start together, each in a job of its own. */
function reused(graph: FlowGraph): FlowGraph {
  const gangs = graph.steps.flatMap(({ transition }) => (transition.kind === "gang" ? [transition.target] : []));
  const reuse = { maxTasks: 100, idleMs: 5000 };
  const steps = graph.steps.map((step) =>
    gangs.includes(step.name) ? step : { ...step, settings: { ...step.settings, reuse } },
  );
  return { ...graph, steps };
}

function unexpected(text: string): never {
  throw new Error(text);
}
