import fs from "node:fs";
import { createHash } from "node:crypto";
import { containerCommand } from "../../engines/container/command.ts";
import { JOB_VARIABLES } from "../../engines/container/job-variables.ts";
import type { Engine, RuntimeArchive } from "../../engines/engine.ts";
import { groupKey } from "../../engines/jobs/group-document.ts";
import { type LostJobs, readLostJobs } from "../../engines/jobs/lost-jobs.ts";
import { RemoteBackend } from "../../engines/jobs/remote-backend.ts";
import { username } from "../../config.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import type { RunDocument } from "../../datastore/records.ts";
import { documentHash, type RunRecord } from "../../datastore/run-record.ts";
import type { FlowGraph } from "../../graph/graph.ts";
import { ownFile } from "../../own-file.ts";
import type { RunSecrets } from "../../secrets/run-secrets.ts";
import type { BackendEvent, ComputeBackend } from "../../engines/backend.ts";
import type { OriginRun } from "../plan/read-origin.ts";
import type { StepEngines } from "./chosen-engines.ts";
import { refuseSecrets } from "./refuse-secrets.ts";
import type { SharedGpus } from "./shared-gpus.ts";
import { stepJob, stepSetup } from "./step-job.ts";

export interface EnginesOptions {
  readonly graph: FlowGraph;
  readonly store: Datastore;
  readonly engines: StepEngines;
  readonly gpus: SharedGpus;
  readonly secrets: RunSecrets;
  readonly maxSplits: number;
  readonly origin: OriginRun | null;
  /** Comes when the run is recorded. */
  readonly record: Promise<RunRecord>;
  /** The same, with the folder of the flow's package on this machine. */
  readonly launched: Promise<{ readonly root: string; readonly document: RunDocument }>;
  /** Receives those that were opened, also if one of them refuses. */
  readonly backends: ComputeBackend[];
  /** How the user calls the command line. */
  readonly programName: string;
  onEvent(event: BackendEvent): void;
  onTrouble(error: unknown): void;
  onWarning(text: string): void;
}

/** Millrace itself, as containers get it. */
export function runtimeArchive(): RuntimeArchive & { readonly bytes: Buffer } {
  const bytes = fs.readFileSync(ownFile("container-runtime.gz"));
  return { file: ownFile("container-runtime.bin"), bytes, hash: createHash("sha256").update(bytes).digest("hex") };
}

/** A backend for each engine that steps need, by step; each has been asked whether it can run them. */
export async function openEngines(options: EnginesOptions): Promise<ReadonlyMap<string, ComputeBackend>> {
  const { engines, graph, secrets } = options;
  const backends = new Map<string, ComputeBackend>();
  const runtime = runtimeArchive();
  for (const engine of new Set(engines.values())) {
    const steps = [...engines].flatMap(([step, its]) => (its === engine ? [step] : []));
    refuseSecrets(engine, { ...secrets, steps });
    for (const gang of gangsAmong(graph, steps)) options.onWarning(strangers(gang));
    const backend = await backendOn(engine, { ...options, runtime });
    options.backends.push(backend);
    for (const step of steps) backends.set(step, backend);
    await backend.check(steps);
  }
  return backends;
}

function gangsAmong({ steps: nodes }: FlowGraph, steps: readonly string[]): string[] {
  const gangs = nodes.flatMap(({ transition }) => (transition.kind === "gang" ? [transition.target] : []));
  return gangs.filter((step) => steps.includes(step));
}

function strangers(gang: string): string {
  return `the tasks of ${gang} start together, but in containers of their own: they do not reach each other, and current.parallel.mainHost is no use to them`;
}

async function backendOn(
  engine: Engine,
  options: EnginesOptions & { readonly runtime: RuntimeArchive },
): Promise<RemoteBackend> {
  const { graph, store, record, runtime, secrets, programName } = options;
  const { storage } = store;
  const variables = engine.reach({ storage, runtime });
  const open = await engine.service({ storage, runtime, secrets, programName, gpus: options.gpus.pool });
  let launched = { sourceRoot: "", documentHash: "" };
  void options.launched
    .then(({ root, document }) => (launched = { sourceRoot: root, documentHash: documentHash(document) }))
    .catch(() => undefined);
  return new RemoteBackend({
    open,
    storage,
    record,
    user: username(),
    command: containerCommand(),
    env: ({ run, group }) => ({
      ...variables,
      ...indexNames(engine),
      [JOB_VARIABLES.group]: groupKey({ flow: graph.flow, run }, group),
    }),
    jobOf: (step) => ({
      needs: stepJob(graph, step),
      setup: {
        ...{ flow: graph.flow, engine: engine.name, maxSplits: options.maxSplits },
        ...launched,
        ...stepSetup(graph, step),
      },
    }),
    lost: lostJobs(options, engine),
    onEvent: (event) => options.onEvent(event),
    onTrouble: (error) => options.onTrouble(error),
    onWarning: (text) => options.onWarning(text),
  });
}

function indexNames({ indexVariables }: Engine): Readonly<Record<string, string>> {
  return indexVariables.length === 0 ? {} : { [JOB_VARIABLES.indexNames]: indexVariables.join() };
}

/**
 * What the run that this one resumes left on the engine; its jobs go on if they do the same work. One that came to its
 * end may have left something as well: it could not reach the engine then.
 */
async function lostJobs({ origin, launched, store }: EnginesOptions, { name }: Engine): Promise<LostJobs | null> {
  if (origin === null) return null;
  const { document } = await launched;
  const { flow, run, code, parameters, configs } = origin.document;
  const work = (of: Pick<RunDocument, "code" | "parameters" | "configs">) =>
    JSON.stringify([of.code, of.parameters, of.configs]);
  const isSame = work({ code, parameters, configs }) === work(document);
  return readLostJobs(store.storage, { flow, run, engine: name, open: (isSame ? origin.open : null) ?? new Map() });
}
