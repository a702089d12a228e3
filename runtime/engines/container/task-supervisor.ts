import path from "node:path";
import process from "node:process";
import { environment } from "../../config.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import type { RunDocument } from "../../datastore/records.ts";
import type { RunRecord } from "../../datastore/run-record.ts";
import { runSecrets } from "../../secrets/run-secrets.ts";
import { taskSecrets } from "../../secrets/split-sources.ts";
import type { BackendEvent } from "../compute-backend.ts";
import type { StopReason } from "../../task/stop-reason.ts";
import { writePreload } from "../../package/environment/write-preload.ts";
import { stoppedOutcome, type TaskOutcome } from "../../task/task-outcome.ts";
import { systemClock } from "../../task/clock.ts";
import { TimeLimit } from "../../task/time-limit.ts";
import type { WorkerSetup } from "../../task/worker-command.ts";
import { containerMeter } from "../usage/container-meter.ts";
import { GpuSampler } from "../usage/gpu-sampler.ts";
import { committedOutcome } from "../local/committed-outcome.ts";
import { OomKills, oomKills } from "../local/oom-kills.ts";
import { LocalBackend } from "../local/local-backend.ts";
import { spawnWorker } from "../local/spawn-worker.ts";
import type { GroupDocument } from "../jobs/group-document.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import { explainedExit } from "./explained-exit.ts";
import { gangHost } from "./gang-host.ts";
import type { HandedOver } from "./handed-over.ts";
import { JOB_VARIABLES } from "./job-variables.ts";
import { nodeFor } from "./node-for.ts";
import { ReportedLog } from "./reported-log.ts";
import { TASK_VARIABLES } from "./task-variables.ts";
import { environmentOf, makePlaces, unpackProject } from "./unpack-project.ts";

export interface SupervisorOptions {
  readonly store: Datastore;
  readonly document: GroupDocument;
  /** The first of its tasks: all are of one step, and a member of a gang is the only one. */
  readonly first: TaskSpec;
  readonly handed: HandedOver;
  /** `module`: warm processes, in which each task evaluates the flow's modules afresh. */
  readonly isolation: "module" | "process";
  readonly on: SupervisorListener;
}

export interface SupervisorListener {
  began?(spec: TaskSpec): void;
  /** It was about to begin, and waits again. */
  returned?(spec: TaskSpec): void;
  /** Nothing of it is on its way any more. @param told - `hasOutput`: false where its log is empty */
  ended(spec: TaskSpec, outcome: TaskOutcome, told: { readonly hasOutput: boolean }): void;
  trouble(error: unknown): void;
}

/** A task that has not ended. */
interface Supervised {
  readonly spec: TaskSpec;
  readonly log: ReportedLog;
  limit: TimeLimit;
  hasOutput: boolean;
}

interface Inside {
  readonly record: RunRecord;
  readonly run: RunDocument;
  readonly program: string;
  readonly home: string;
  readonly places: { readonly root: string; readonly cwd: string };
}

/** @throws MillraceError if the container is not what the step asks for */
export async function openSupervisor(options: SupervisorOptions): Promise<TaskSupervisor> {
  const { store, document, first } = options;
  const { setup } = document;
  const record = store.record(setup.flow, setup.run);
  const run = record.documentOf(setup.documentHash);
  const home = path.resolve(import.meta.dirname, "../../..");
  const places = makePlaces(run, home);
  const secrets = await taskSecrets(
    { values: options.handed.secrets, readByTask: setup.secretSources ?? [] },
    { step: first.step, flowFile: path.join(places.root, run.flowFile) },
  );
  const masks = [...new Set([...options.handed.masks, ...Object.values(secrets ?? {})])];
  const shipped = run.shipment?.nodes?.[first.step];
  const program = await nodeFor(setup.node, { step: first.step, shipped, blobs: store.blobs, home });
  const known = { ...options, handed: { ...options.handed, secrets, masks } };
  return new TaskSupervisor(known, { record, run, home, places, program });
}

/** Executes a container's tasks in processes of their own, as on a laptop, stores their output, and sees how they end. */
class TaskSupervisor {
  readonly #options: SupervisorOptions;
  readonly #record: RunRecord;
  readonly #backend: LocalBackend;
  readonly #tasks = new Map<number, Supervised>();
  readonly #ready: Promise<void>;
  readonly #leaving = new AbortController();
  #isReady = false;

  constructor(options: SupervisorOptions, { record, run, home, places, program }: Inside) {
    const { store, document, first, handed } = options;
    const { step } = first;
    const { setup, group } = document;
    this.#options = options;
    this.#record = record;
    const env = surroundings();
    const { root, cwd } = places;
    // While the process starts.
    const unpacked = unpackProject(store, { document: run, step, environment: setup.environment, home });
    // Known before they are unpacked: a process learns where they will be when it starts.
    const added = environmentOf(run, { step, environment: setup.environment, home });
    const packages = added === null ? null : { ...added, preload: writePreload(added) };
    const own = { key: step, vars: setup.vars, packages };
    const { secrets, masks } = handed;
    const kills = new OomKills({ read: oomKills });
    this.#backend = new LocalBackend({
      cores: 1,
      isolation: options.isolation,
      env: isOwn(program) ? env : { ...env, PATH: `${path.dirname(program)}:${env["PATH"] ?? ""}` },
      secrets: runSecrets(new Map(secrets === null ? [] : [[step, secrets]]), { masks }),
      spawn: (vars) => spawnWorker(vars, { nodeOptions: [`--max-old-space-size=${setup.heapMb}`], program, cwd }),
      place: { program, ...(cwd === undefined ? {} : { cwd }) },
      // Of several tasks each is measured by its processes.
      ...(group.needs.reuse === undefined
        ? { contained: { memoryMb: group.needs.memoryMb, meter: () => containerMeter() } }
        : {}),
      gpuSampler: group.needs.gpu > 0 && setup.samplesGpus !== false ? new GpuSampler({ env }) : null,
      explain: (exit) => explainedExit(exit, { heapMb: setup.heapMb, memoryMb: group.needs.memoryMb, kills }),
    });
    // What Node preloads has it look for the `package.json` of its folder: absent or half there, it would stay so for it.
    if (packages === null && env["NODE_OPTIONS"] === undefined) this.#backend.warmUp(null, own);
    const { isRemote } = store.storage;
    const reached = gangHost(record, first, { isRemote, signal: this.#leaving.signal });
    this.#ready = Promise.all([unpacked, reached]).then(([environment, mainHost]) => {
      if (this.#leaving.signal.aborted) return;
      this.#isReady = true;
      this.#backend.open({
        setup: workerSetup(options, { root, environment, mainHost }),
        environments: new Map([[step, own]]),
        committed: ({ spec, pid }) => committedOutcome(record, { spec, pid: setup.resultsBy ?? pid }),
        openLog: ({ task }) => this.#logOf(task),
        saveSeries: (of, series) => record.saveSeries(of, series),
        onEvent: (event) => this.#event(event),
        onTrouble: (error) => options.on.trouble(error),
      });
    });
    this.#ready.catch((error: unknown) => (this.#leaving.signal.aborted ? undefined : options.on.trouble(error)));
  }

  /** They are executed one after another, in the order in which they come. */
  start(spec: TaskSpec): void {
    const { store } = this.#options;
    const log = new ReportedLog({
      open: () => this.#record.openLog(spec),
      now: Date.now,
      isRemote: store.storage.isRemote,
    });
    this.#tasks.set(spec.task, { spec, log, limit: this.#limitOf(spec), hasOutput: false });
    if (this.#isReady) return this.#backend.start(spec);
    this.#ready.then(
      () => this.#isReady && this.#tasks.has(spec.task) && this.#backend.start(spec),
      () => undefined,
    );
  }

  stop(task: number, reason: StopReason): void {
    if (this.#isReady) return this.#backend.stop(task, reason);
    const supervised = this.#tasks.get(task);
    if (supervised !== undefined) this.#ended(supervised, stoppedOutcome(reason));
  }

  /** Ends what still runs. */
  close(): Promise<void> {
    this.#leaving.abort();
    return this.#backend.close();
  }

  #limitOf({ caught }: TaskSpec): TimeLimit {
    const { timeoutMs, reuse } = this.#options.document.group.needs;
    return new TimeLimit({ ms: caught === null ? (reuse?.taskTimeoutMs ?? timeoutMs) : null, clock: systemClock });
  }

  #logOf(task: number) {
    const supervised = this.#tasks.get(task);
    if (supervised === undefined) throw new Error(`This is a bug in Millrace: task ${task} writes after its end`);
    return supervised.log.output();
  }

  #event(event: BackendEvent): void {
    const supervised = this.#tasks.get(event.task);
    // Whoever looks at the container itself sees it, too.
    if (event.type === "logged") process[event.stream].write(`${event.text}\n`);
    if (supervised === undefined) return;
    const { spec, log } = supervised;
    if (event.type === "logged" || event.type === "progressed") supervised.hasOutput = true;
    if (event.type === "progressed") log.report(event);
    if (event.type === "began") {
      supervised.limit.begin((reason) => this.#backend.stop(spec.task, reason));
      this.#options.on.began?.(spec);
    }
    if (event.type === "returned") {
      supervised.limit.end();
      supervised.limit = this.#limitOf(spec);
      this.#options.on.returned?.(spec);
    }
    if (event.type === "ended") this.#ended(supervised, event.outcome);
  }

  #ended(supervised: Supervised, outcome: TaskOutcome): void {
    const { spec, log, limit, hasOutput } = supervised;
    this.#tasks.delete(spec.task);
    log.close();
    this.#options.on.ended(spec, limit.judge(outcome), { hasOutput });
  }
}

export type { TaskSupervisor };

function workerSetup(
  { store, document, handed: { secrets, masks } }: SupervisorOptions,
  place: Pick<WorkerSetup, "root" | "environment" | "mainHost">,
): WorkerSetup {
  const { flow, run, documentHash, engine, maxSplits, sourceRoot, resultsBy } = document.setup;
  return {
    ...{ datastore: store.storage.location, flow, run, documentHash, engine, maxSplits },
    ...{ isContained: true, secrets, masks, ...place },
    ...(sourceRoot === undefined ? {} : { sourceRoot }),
    ...(resultsBy === undefined ? {} : { resultsBy }),
  };
}

/** True for the Node that the image has, which its programs find already. */
function isOwn(program: string): boolean {
  return program === process.execPath;
}

/** The variables that the step sees. */
function surroundings(): NodeJS.ProcessEnv {
  const names = [...Object.values(JOB_VARIABLES), ...Object.values(TASK_VARIABLES)];
  const ours = new Set<string>(names.filter((name) => name !== JOB_VARIABLES.datastore));
  return Object.fromEntries(Object.entries(environment()).filter(([name]) => !ours.has(name)));
}
