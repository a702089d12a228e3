import fs from "node:fs";
import { createHash } from "node:crypto";
import { containerCommand } from "../../engines/container/container-command.ts";
import { JOB_VARIABLES } from "../../engines/container/job-variables.ts";
import type { Engine, RuntimeArchive } from "../../engines/engine.ts";
import { groupKey } from "../../engines/jobs/group-document.ts";
import { type LostJobs, readLostJobs } from "../../engines/jobs/lost-jobs.ts";
import { RemoteBackend, type RemoteRun } from "../../engines/jobs/remote-backend.ts";
import type { StepJobs } from "../../engines/jobs/write-group.ts";
import type { Settings } from "../../settings/read-settings.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import type { RunDocument } from "../../datastore/records.ts";
import { documentHash, type RunRecord } from "../../datastore/run-record.ts";
import type { FlowGraph } from "../../graph/flow-graph.ts";
import { ownFile } from "../../own-file.ts";
import type { RunSecrets } from "../../secrets/run-secrets.ts";
import type { BackendEvent } from "../../engines/compute-backend.ts";
import type { OriginRun } from "../plan/read-origin.ts";
import type { StepEngines } from "./chosen-engines.ts";
import { refuseSecrets } from "./refuse-secrets.ts";
import type { SharedGpus } from "./shared-gpus.ts";
import { stepJobs, stepSetup } from "./step-jobs.ts";

export interface EnginesOptions {
  readonly graph: FlowGraph;
  readonly store: Datastore;
  readonly engines: StepEngines;
  readonly gpus: SharedGpus;
  /** Tasks at once; what an engine usually takes where null or missing. */
  readonly maxWorkers?: number | null;
  /** How tasks that follow each other in one process are kept apart. */
  readonly isolation?: "module" | "process";
  readonly secrets: RunSecrets;
  readonly settings: Settings;
  /** How the user calls the command line. */
  readonly programName: string;
  /** The blob with Millrace as a stored release has it; this very installation's where it is missing. */
  readonly shippedRuntime?: string | undefined;
  onWarning(text: string): void;
}

/** A run that is recorded, for the engines on which its tasks will start. */
export interface EnginesRun {
  readonly record: RunRecord;
  readonly document: RunDocument;
  /** The folder of the flow's package on this machine. */
  readonly root: string;
  readonly maxSplits: number;
  readonly origin: OriginRun | null;
  /** Attempts that an earlier scheduler of this run left under way, by `placeOf` their task. @defaultValue it had none */
  readonly open?: ReadonlyMap<string, number> | undefined;
  /** Whether what GPUs do is looked at. @defaultValue true */
  readonly samplesGpus?: boolean;
  onEvent(event: BackendEvent): void;
  onTrouble(error: unknown): void;
}

/** Millrace itself, as containers get it. */
export function runtimeArchive(): RuntimeArchive & { readonly bytes: Buffer } {
  const bytes = fs.readFileSync(ownFile("container-runtime.gz"));
  return { file: ownFile("container-runtime.bin"), bytes, hash: createHash("sha256").update(bytes).digest("hex") };
}

/**
 * A backend for each engine that steps need, cold; each has been asked whether it can run them.
 * @param made - receives them as they are made, also if one of them refuses
 */
export async function makeEngines(options: EnginesOptions, made: Map<Engine, RemoteBackend>): Promise<void> {
  const { engines, secrets } = options;
  if (engines.size === 0) return;
  const runtime = runtimeFor(options);
  for (const engine of new Set(engines.values())) {
    const steps = [...engines].flatMap(([step, its]) => (its === engine ? [step] : []));
    refuseSecrets(engine, { ...secrets, steps });
    const backend = await backendOn(engine, { ...options, runtime });
    made.set(engine, backend);
    await backend.check(steps);
  }
}

/** A scheduler that is a job itself has a copy of Millrace that the engine could not give to others: theirs is a blob. */
function runtimeFor({ shippedRuntime: hash, settings }: EnginesOptions): RuntimeArchive {
  if (hash !== undefined && settings.env[JOB_VARIABLES.drive] !== undefined) return { file: null, hash };
  const own = runtimeArchive();
  return { ...own, hash: hash ?? own.hash };
}

async function backendOn(
  engine: Engine,
  options: EnginesOptions & { readonly runtime: RuntimeArchive },
): Promise<RemoteBackend> {
  const { graph, store, runtime, secrets, settings, programName } = options;
  const { storage } = store;
  const variables = engine.reach({ storage, runtime, settings });
  const open = await engine.service({ storage, runtime, secrets, settings, programName, gpus: options.gpus.pool });
  return new RemoteBackend({
    open,
    limit: options.maxWorkers ?? null,
    storage,
    user: settings.username,
    command: containerCommand(),
    env: ({ run, group }) => ({
      ...variables,
      ...indexNames(engine),
      [JOB_VARIABLES.group]: groupKey({ flow: graph.flow, run }, group),
    }),
    needsOf: jobsByStep((step) => stepJobs(graph, step, settings)),
    onWarning: (text) => options.onWarning(text),
  });
}

/** Makes each once. */
function jobsByStep(make: (step: string) => StepJobs): (step: string) => StepJobs {
  const known = new Map<string, StepJobs>();
  return (step) => {
    const jobs = known.get(step) ?? make(step);
    known.set(step, jobs);
    return jobs;
  };
}

/** What a backend of the engine is told of the run. */
export function runOn(
  { name }: Engine,
  {
    graph,
    store,
    secrets,
    isolation = "module",
    samplesGpus = true,
    ...run
  }: EnginesRun & Pick<EnginesOptions, "graph" | "store" | "secrets" | "isolation">,
): RemoteRun {
  const { record, document, maxSplits, root: sourceRoot } = run;
  const common = {
    flow: graph.flow,
    engine: name,
    maxSplits,
    sourceRoot,
    isolation,
    documentHash: documentHash(document),
  };
  return {
    record,
    setupOf: (of) => ({
      ...common,
      ...stepSetup(graph, of),
      ...(samplesGpus ? {} : { samplesGpus }),
      secretSources: secrets.readByTask.get(of.step) ?? [],
    }),
    lost: () => lostJobs(run, { store, engine: name }),
    onEvent: (event) => run.onEvent(event),
    onTrouble: (error) => run.onTrouble(error),
  };
}

function indexNames({ indexVariables }: Engine): Readonly<Record<string, string>> {
  return indexVariables.length === 0 ? {} : { [JOB_VARIABLES.indexNames]: indexVariables.join() };
}

/**
 * What the run that this one resumes left on the engine; its jobs go on if they do the same work. One that came to its
 * end may have left something as well: it could not reach the engine then.
 */
function lostJobs(
  { origin, document, open }: Pick<EnginesRun, "origin" | "document" | "open">,
  { store, engine }: { readonly store: Datastore; readonly engine: string },
): LostJobs | null {
  if (open !== undefined) return readLostJobs(store.storage, { ...placeOfRun(document), engine, open, isOwn: true });
  if (origin === null) return null;
  const { flow, run, code, parameters, configs } = origin.document;
  const work = (of: Pick<RunDocument, "code" | "parameters" | "configs">) =>
    JSON.stringify([of.code, of.parameters, of.configs]);
  const isSame = work({ code, parameters, configs }) === work(document);
  return readLostJobs(store.storage, { flow, run, engine, open: (isSame ? origin.open : null) ?? new Map() });
}

function placeOfRun({ flow, run }: RunDocument) {
  return { flow, run };
}
