import fs from "node:fs";
import { createHash } from "node:crypto";
import os from "node:os";
import { openBatch } from "../../engines/batch/batch-service.ts";
import { containerCommand } from "../../engines/container/command.ts";
import { JOB_VARIABLES } from "../../engines/container/job-variables.ts";
import { openDocker } from "../../engines/docker/docker-service.ts";
import { groupKey } from "../../engines/jobs/group-document.ts";
import type { JobListener, JobService } from "../../engines/jobs/job-service.ts";
import { type LostJobs, readLostJobs } from "../../engines/jobs/lost-jobs.ts";
import { RemoteBackend } from "../../engines/jobs/remote-backend.ts";
import { computeSettings, isDockerHere, username } from "../../config.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import type { RunDocument } from "../../datastore/records.ts";
import { documentHash, type RunRecord } from "../../datastore/run-record.ts";
import type { FlowGraph } from "../../graph/graph.ts";
import { ownFile } from "../../package/own-file.ts";
import type { RunSecrets } from "../../secrets/run-secrets.ts";
import type { BackendEvent, ComputeBackend } from "../../engines/backend.ts";
import type { OriginRun } from "../plan/read-origin.ts";
import { refuseSecretsElsewhere } from "../run/step-secrets.ts";
import type { RemoteEngine } from "./chosen-engines.ts";
import { remotePlaces, type RuntimeArchive } from "./remote-places.ts";
import type { SharedGpus } from "./shared-gpus.ts";
import { stepJob, stepSetup } from "./step-job.ts";

export interface EnginesOptions {
  readonly graph: FlowGraph;
  readonly store: Datastore;
  /** The engine of each step that does not run here. */
  readonly engines: ReadonlyMap<string, RemoteEngine>;
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

/** The engines that steps need, by name; each has been asked whether it can run them. */
export async function openEngines(options: EnginesOptions): Promise<ReadonlyMap<RemoteEngine, RemoteBackend>> {
  const names = new Set(options.engines.values());
  const backends = new Map<RemoteEngine, RemoteBackend>();
  const runtime = runtimeArchive();
  for (const name of names) {
    const steps = [...options.engines].flatMap(([step, engine]) => (engine === name ? [step] : []));
    if (name === "batch") refuseSecretsElsewhere(options.secrets, steps);
    for (const gang of gangsAmong(options.graph, steps)) options.onWarning(strangers(gang));
    const backend = backendOn(name, { ...options, runtime });
    options.backends.push(backend);
    backends.set(name, backend);
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

function backendOn(engine: RemoteEngine, options: EnginesOptions & { runtime: RuntimeArchive }): RemoteBackend {
  const { graph, store, record, runtime } = options;
  const places = remotePlaces(engine, { storage: store.storage, runtime });
  let launched = { sourceRoot: "", documentHash: "" };
  void options.launched
    .then(({ root, document }) => (launched = { sourceRoot: root, documentHash: documentHash(document) }))
    .catch(() => undefined);
  return new RemoteBackend({
    open: (listener) => serviceOf(engine, { ...options, ...places, listener }),
    storage: store.storage,
    record,
    user: username(),
    command: containerCommand(),
    env: ({ run, group }) => ({
      ...places.env,
      [JOB_VARIABLES.group]: groupKey({ flow: graph.flow, run }, group),
    }),
    jobOf: (step) => ({
      needs: stepJob(graph, step),
      setup: { flow: graph.flow, engine, maxSplits: options.maxSplits, ...launched, ...stepSetup(graph, step) },
    }),
    lost: lostJobs(options, engine),
    onEvent: (event) => options.onEvent(event),
    onTrouble: (error) => options.onTrouble(error),
    onWarning: (text) => options.onWarning(text),
  });
}

/**
 * What the run that this one resumes left on the engine; its jobs go on if they do the same work. One that came to its
 * end may have left something as well: it could not reach the engine then.
 */
async function lostJobs({ origin, launched, store }: EnginesOptions, engine: RemoteEngine): Promise<LostJobs | null> {
  if (origin === null) return null;
  const { document } = await launched;
  const { flow, run, code, parameters, configs } = origin.document;
  const work = (of: Pick<RunDocument, "code" | "parameters" | "configs">) =>
    JSON.stringify([of.code, of.parameters, of.configs]);
  const isSame = work({ code, parameters, configs }) === work(document);
  return readLostJobs(store.storage, { flow, run, engine, open: (isSame ? origin.open : null) ?? new Map() });
}

function serviceOf(
  engine: RemoteEngine,
  options: EnginesOptions & ReturnType<typeof remotePlaces> & { listener: JobListener },
): JobService {
  const { listener, mounts, credentials, needsHostNetwork } = options;
  if (engine === "batch") {
    const { batchQueue: queue, batchJobRole: jobRole, batchExecutionRole: executionRole } = computeSettings();
    return openBatch(listener, { queue, jobRole, executionRole, cli: options.programName });
  }
  return openDocker(listener, {
    cores: os.availableParallelism(),
    mounts,
    credentials,
    needsHostNetwork,
    user: process.getuid === undefined ? null : `${process.getuid()}:${process.getgid?.() ?? 0}`,
    gpus: isDockerHere() ? options.gpus.pool : null,
    secrets: options.secrets,
  });
}
