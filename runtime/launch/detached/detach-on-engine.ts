import os from "node:os";
import process from "node:process";
import { brokenInvariant, MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import type { LaunchOrders } from "../../datastore/launch-orders.ts";
import type { RunRecord } from "../../datastore/run-record.ts";
import { RECORD_FORMAT, type RunDocument } from "../../datastore/records.ts";
import { containerCommand } from "../../engines/container/container-command.ts";
import { JOB_VARIABLES } from "../../engines/container/job-variables.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";
import type { Engine, SchedulerPlace } from "../../engines/engine.ts";
import { ENGINES } from "../../engines/index.ts";
import { GpuPool } from "../../engines/gpus/gpu-pool.ts";
import type { JobEnd, JobGroup, JobListener, JobService, RunName, StepJob } from "../../engines/jobs/job-service.ts";
import { NO_SECRETS } from "../../secrets/run-secrets.ts";
import type { Settings } from "../../settings/read-settings.ts";
import { stepJobs } from "../engines/step-jobs.ts";
import { withdrawDetached } from "./withdraw-detached.ts";
import { schedulerArchive } from "./scheduler-archive.ts";

export interface DetachedJob {
  /** The engine's name of it. */
  readonly job: string;
  /** It has not started yet: it waits for a place there. */
  readonly isQueued: boolean;
}

export interface DetachOnEngineOptions {
  readonly engine: Engine;
  readonly store: Datastore;
  readonly settings: Settings;
  readonly programName: string;
  readonly orders: LaunchOrders;
  readonly order: Parameters<LaunchOrders["write"]>[0];
  /** A step that runs there: the scheduler's job is like its jobs. */
  readonly like: string;
  warning(text: string): void;
}

/** What the scheduler itself needs: it holds no artifact. */
const NEEDS = {
  step: "scheduler",
  cpu: 1,
  gpu: 0,
  memoryMb: 1024,
  sharedMemoryMb: null,
  diskMb: null,
  timeoutMs: null,
};
/** So long it is waited for, where nothing says that it has to queue. */
const SOON_MS = 5_000;
const LOOK_MS = 50;

/** Makes the scheduler of a run that has begun a job of the engine. */
export async function detachOnEngine(document: RunDocument, of: DetachOnEngineOptions): Promise<DetachedJob> {
  const { engine, store, settings, orders, order, warning, programName, like } = of;
  const { scheduler } = engine;
  if (scheduler === undefined) throw brokenInvariant(`${engine.name} has no place for a scheduler`);
  const { flow, run } = document;
  const archive = schedulerArchive();
  // Nothing but the order names it, which an older gc does not read.
  store.blobs.admitOtherBlobs();
  store.blobs.put(archive.hash, [archive.bytes]);
  store.storage.flush();
  orders.write({ ...order, runtime: archive.hash });
  const place = { storage: store.storage, runtime: { file: null, hash: archive.hash }, settings };
  const group: JobGroup = {
    ...{ name: `${flow.slice(0, 60)}-scheduler-${run}`, run: { flow, run }, user: settings.username },
    needs: schedulerNeeds(stepJobs(document.graph, like, settings)[0], scheduler),
    command: containerCommand(),
    env: {
      ...(order.options.isDurable ? { MILLRACE_DURABLE: "1" } : {}),
      ...settingsOf(settings),
      ...scheduler.reach(place),
      [JOB_VARIABLES.drive]: `${flow}/${run}`,
    },
    tasks: [{ task: 0, attempt: 0 }],
  };
  const record = store.record(flow, run);
  const beat = { format: RECORD_FORMAT, host: os.hostname(), pid: process.pid, time: Date.now() } as const;
  await record.writeHeartbeat({ ...beat, awaits: engine.name });
  const gpus = new GpuPool({ count: 0, ids: [] });
  try {
    const open = await scheduler.service({ ...place, programName, secrets: NO_SECRETS, gpus });
    return await submitted(open, { group, record, engine, warning });
  } catch (error) {
    // It waits for nothing any more, unless a scheduler has come after all.
    await withdrawDetached(store, { flow, run }, messageOf(error));
    throw error;
  }
}

/** Of a step's options those count that say where and as whom its jobs run, not what they take. */
function schedulerNeeds(step: StepJob, { options }: SchedulerPlace): StepJob {
  const own = Object.entries(step.options).filter(([name]) => options.includes(name));
  return { ...NEEDS, image: step.image, options: Object.fromEntries(own) };
}

interface SubmittedOptions extends Pick<DetachOnEngineOptions, "engine" | "warning"> {
  readonly group: JobGroup;
  readonly record: RunRecord;
}

/** Resolves once the engine has the job, and it drives the run or has to wait. The service stays open: closed, it would end the job. */
function submitted(
  open: (listener: JobListener) => JobService,
  { group, record, engine, warning }: SubmittedOptions,
): Promise<DetachedJob> {
  const isDriving = () => record.heartbeat()?.awaits === undefined;
  return new Promise((resolve, reject) => {
    const service = open({
      submitted: (_, job) => void soon(isDriving).then((is) => resolve({ job, isQueued: !is }), reject),
      state: () => undefined,
      running: () => undefined,
      // A short run may have come to its end already.
      ended(_, end) {
        if (!isDriving()) reject(endedEarly(engine, { run: group.run, end }));
      },
      warning,
    });
    service.check([group.needs]).then(() => service.submit(group), reject);
  });
}

async function soon(happened: () => boolean): Promise<boolean> {
  for (const until = Date.now() + SOON_MS; Date.now() < until; await new Promise((go) => setTimeout(go, LOOK_MS)))
    if (happened()) return true;
  return false;
}

/** What the settings here say of engines and images: the job has neither these variables nor the project's file. */
function settingsOf(settings: Settings): Record<string, string> {
  const said = ENGINES.flatMap(({ settings: table }) => {
    const values = settings.engine(table);
    return Object.entries(table).map(([name, { variable }]) => [variable, values[name] ?? null] as const);
  });
  const all = [...said, ["MILLRACE_IMAGE", settings.image()] as const, ["MILLRACE_USER", settings.username] as const];
  return Object.fromEntries(all.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

function endedEarly({ name }: Engine, { run: { flow, run }, end }: { run: RunName; end: JobEnd }): MillraceError {
  const how = end.exitCode === null ? end.kind : `exit code ${end.exitCode}`;
  return new MillraceError({
    code: "MILLRACE_DETACHED",
    headline: `Cannot detach ${flow}/${run} because its scheduler's job on ${name} ended before the first task: ${end.reason ?? how}`,
    details: end.details,
    hint: "run it without --detach to see it go",
  });
}
