import { fileURLToPath } from "node:url";
import type { ComputeBackend } from "../../../runtime/engines/backend.ts";
import type { Engine } from "../../../runtime/engines/engine.ts";
import { LocalBackend } from "../../../runtime/engines/local/local-backend.ts";
import { spawnWorker } from "../../../runtime/engines/local/spawn-worker.ts";
import { environment } from "../../../runtime/config.ts";
import { type Datastore, openDatastore, prepareDatastore } from "../../../runtime/datastore/datastore.ts";
import type { RunDocument } from "../../../runtime/datastore/records.ts";
import { documentHash } from "../../../runtime/datastore/run-record.ts";
import { openEngines } from "../../../runtime/launch/engines/open-engines.ts";
import { sharedGpus } from "../../../runtime/launch/engines/shared-gpus.ts";
import { shipProject } from "../../../runtime/launch/engines/ship-project.ts";
import { planRun, type RunPlan } from "../../../runtime/launch/plan/plan-run.ts";
import { readFlowFile, type ReadFlowFile } from "../../../runtime/launch/plan/read-flow-file.ts";
import { createRun } from "../../../runtime/launch/run/create-run.ts";
import { NO_SECRETS } from "../../../runtime/secrets/run-secrets.ts";
import { ROOT } from "../../e2e/harness.ts";
import { Trial } from "./trial.ts";

export const TRIALS = fileURLToPath(new URL("flows/trials.ts", import.meta.url));
const MAX_SPLITS = 100;

export interface StageOptions {
  /** Null for processes of this machine. */
  readonly engine: Engine | null;
  readonly datastore: string;
}

/** A recorded run without a scheduler: tests hand its tasks to backends themselves. */
export class Stage {
  readonly store: Datastore;
  readonly document: RunDocument;
  readonly #plan: RunPlan;
  readonly #flow: ReadFlowFile;

  constructor(of: { store: Datastore; document: RunDocument; plan: RunPlan; flow: ReadFlowFile }) {
    this.store = of.store;
    this.document = of.document;
    this.#plan = of.plan;
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
    return new LocalBackend({
      setup: Promise.resolve({
        ...{ datastore: store.storage.location, flow, run, root: this.#flow.bundle.root },
        documentHash: documentHash(document),
        ...{ environment: null, engine: "local", maxSplits: MAX_SPLITS },
      }),
      ...{ cores: 2, isolation: "module", environments: new Map(), secrets: NO_SECRETS, env: environment(), ...how },
      openLog: (of) => record.openLog(of),
      onEvent: (event) => trial.deliver(event),
      onTrouble: (error) => trial.trouble(error),
    });
  }

  async #remote(trial: Trial): Promise<ComputeBackend> {
    const { document, store } = this;
    const { bundle } = this.#flow;
    const backends = await openEngines({
      ...this.#plan,
      gpus: sharedGpus(this.#plan.graph, this.#plan.engines),
      ...{ secrets: NO_SECRETS, store, maxSplits: MAX_SPLITS, backends: [], programName: "millrace flow.ts" },
      record: Promise.resolve(store.record(document.flow, document.run)),
      launched: Promise.resolve({ root: bundle.root, document }),
      onEvent: (event) => trial.deliver(event),
      onTrouble: (error) => trial.trouble(error),
      onWarning: () => undefined,
    });
    const [backend, ...others] = new Set(backends.values());
    if (backend === undefined || others.length > 0) throw new Error("each engine has one backend");
    return backend;
  }
}

/** Does what a launch does before its first task. */
export async function prepareStage({ engine, datastore }: StageOptions): Promise<Stage> {
  const flow = await readFlowFile({ given: TRIALS, file: TRIALS, name: null });
  const { Flow, bundle } = flow;
  const store = openDatastore(datastore);
  prepareDatastore(store);
  const planned = await planRun({
    ...{ Flow, flowFile: TRIALS, cwd: ROOT, store, tags: [], resume: null },
    ...{ added: [], isRemote: false },
    configs: { files: new Map(), values: new Map() },
    parameters: { texts: new Map(), values: {} },
  });
  const { graph } = planned;
  const engines = new Map(engine === null ? [] : graph.steps.map(({ name }) => [name, engine]));
  const plan = { ...planned, engines };
  const nothing = { parameters: {}, configs: {}, tags: [], project: null, originRun: null, environments: {} };
  const shipped = { Flow, flowFile: TRIALS, configs: {}, engines, bundle, environments: new Map(), versions: {} };
  const ship = engines.size === 0 ? null : await shipProject({ ...shipped, cwd: ROOT, warning: unexpected });
  const document = createRun(store, { ...nothing, Flow, graph, code: bundle.code, millraceVersion: "0.0.0", ship });
  return new Stage({ store, document, plan, flow });
}

function unexpected(text: string): never {
  throw new Error(text);
}
