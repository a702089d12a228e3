import path from "node:path";
import process from "node:process";
import { environment } from "../../config.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { runSecrets } from "../../secrets/run-secrets.ts";
import { taskSecrets } from "../../secrets/split-sources.ts";
import type { BackendEvent } from "../compute-backend.ts";
import type { StopReason } from "../../task/stop-reason.ts";
import { writePreload } from "../../package/environment/write-preload.ts";
import { stoppedOutcome, type TaskOutcome } from "../../task/task-outcome.ts";
import { systemClock } from "../../task/clock.ts";
import { TimeLimit } from "../../task/time-limit.ts";
import { containerMeter } from "../usage/container-meter.ts";
import { GpuSampler } from "../usage/gpu-sampler.ts";
import { committedOutcome } from "../local/committed-outcome.ts";
import { LocalBackend } from "../local/local-backend.ts";
import { spawnWorker } from "../local/spawn-worker.ts";
import type { GroupDocument } from "../jobs/group-document.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import { explainedExit } from "./explained-exit.ts";
import type { HandedOver } from "./handed-over.ts";
import { gangHost } from "./gang-host.ts";
import { JOB_VARIABLES } from "./job-variables.ts";
import { nodeFor } from "./node-for.ts";
import { ReportedLog } from "./reported-log.ts";
import { environmentOf, makePlaces, unpackProject } from "./unpack-project.ts";

export interface SupervisedTask {
  readonly store: Datastore;
  readonly document: GroupDocument;
  readonly spec: TaskSpec;
  readonly handed: HandedOver;
  /** Asked when the container is told to stop: why. */
  stopReason(): StopReason | null;
}

const UNASKED: StopReason = { name: "AbortError", message: "its container was told to stop" };

/** Executes the task in a process of its own, as on a laptop, stores its output, and sees how it ends. */
export async function superviseTask({
  store,
  document,
  spec,
  handed,
  stopReason,
}: SupervisedTask): Promise<TaskOutcome> {
  const { setup, group } = document;
  const record = store.record(setup.flow, setup.run);
  const run = record.documentOf(setup.documentHash);
  const env = surroundings();
  const home = path.resolve(import.meta.dirname, "../../..");
  const { root, cwd } = makePlaces(run, home);
  const secrets = await taskSecrets(
    { values: handed.secrets, readByTask: setup.secretSources ?? [] },
    { step: spec.step, flowFile: path.join(root, run.flowFile) },
  );
  const masks = [...new Set([...handed.masks, ...Object.values(secrets ?? {})])];
  const program = await nodeFor(setup.node, { step: spec.step });
  // While the process starts.
  const leaving = new AbortController();
  const reached = gangHost(record, spec, { isRemote: store.storage.isRemote, signal: leaving.signal });
  const unpacked = unpackProject(store, { document: run, step: spec.step, environment: setup.environment, home });
  const ready = Promise.all([unpacked, reached]).then(([environment, mainHost]) => {
    const { flow, run, documentHash, engine, maxSplits, sourceRoot } = setup;
    const place = { root, environment, ...(sourceRoot === undefined ? {} : { sourceRoot }) };
    return {
      datastore: store.storage.location,
      flow,
      run,
      documentHash,
      engine,
      isContained: true,
      mainHost,
      maxSplits,
      secrets,
      masks,
      ...place,
    };
  });
  // Known before they are unpacked: a process learns where they will be when it starts.
  const added = environmentOf(run, { step: spec.step, environment: setup.environment, home });
  const packages = added === null ? null : { ...added, preload: writePreload(added) };
  const own = { key: spec.step, vars: setup.vars, packages };

  const limit = new TimeLimit({ ms: spec.caught === null ? group.needs.timeoutMs : null, clock: systemClock });
  const backend = new LocalBackend({
    cores: 1,
    isolation: "process",
    env,
    secrets: runSecrets(new Map(secrets === null ? [] : [[spec.step, secrets]]), { masks }),
    spawn: (vars) => spawnWorker(vars, { nodeOptions: [`--max-old-space-size=${setup.heapMb}`], program, cwd }),
    place: { program, ...(cwd === undefined ? {} : { cwd }) },
    contained: { memoryMb: group.needs.memoryMb, meter: () => containerMeter() },
    gpuSampler: group.needs.gpu > 0 && setup.samplesGpus !== false ? new GpuSampler({ env }) : null,
    explain: (exit) => explainedExit(exit, { heapMb: setup.heapMb, memoryMb: group.needs.memoryMb }),
  });
  // What Node preloads has it look for the `package.json` of its folder: absent or half there, it would stay so for it.
  if (packages === null && env["NODE_OPTIONS"] === undefined) backend.warmUp(null, own);
  const log = new ReportedLog({
    open: () => record.openLog(spec),
    now: Date.now,
    isRemote: store.storage.isRemote,
  });
  return new Promise((resolve, reject) => {
    let state: "preparing" | "started" | "over" = "preparing";
    const conclude = (outcome: TaskOutcome) => {
      state = "over";
      leaving.abort();
      log.close();
      backend.close().then(() => resolve(limit.judge(outcome)), reject);
    };
    const onEvent = (event: BackendEvent) => {
      // Whoever looks at the container itself sees it, too.
      if (event.type === "logged") process[event.stream].write(`${event.text}\n`);
      if (event.type === "progressed") log.report(event);
      if (event.type === "began") limit.begin((reason) => backend.stop(spec.task, reason));
      if (event.type === "ended") conclude(event.outcome);
    };
    const stop = () => {
      const reason = stopReason() ?? UNASKED;
      if (state === "preparing") conclude(stoppedOutcome(reason));
      else backend.stop(spec.task, reason);
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
    ready.then(
      (prepared) => {
        if (state === "over") return;
        state = "started";
        backend.open({
          setup: prepared,
          environments: new Map([[spec.step, own]]),
          committed: (of) => committedOutcome(record, of),
          openLog: () => log.output(),
          saveSeries: (of, series) => record.saveSeries(of, series),
          onEvent,
          onTrouble: reject,
        });
        backend.start(spec);
      },
      (error: unknown) => (state === "over" ? undefined : reject(error)),
    );
  });
}

/** The variables that the step sees. */
function surroundings(): NodeJS.ProcessEnv {
  const ours = new Set<string>(Object.values(JOB_VARIABLES).filter((name) => name !== JOB_VARIABLES.datastore));
  return Object.fromEntries(Object.entries(environment()).filter(([name]) => !ours.has(name)));
}
