import os from "node:os";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { LaunchOrders } from "../../datastore/launch-orders.ts";
import type { RunDocument } from "../../datastore/records.ts";
import type { Engine } from "../../engines/engine.ts";
import { type PlanLaunchOptions, stageOfPlan } from "../launch-run.ts";
import type { RunPlan } from "../plan/plan-run.ts";
import { providerOf } from "../../secrets/providers/index.ts";
import { machineMemoryMb } from "../engines/shared-machine.ts";
import type { ResolvedRunOptions } from "../run/run-options.ts";
import { secretSources } from "../release/secret-sources.ts";
import { beginRun } from "../run/start.ts";
import { detachOnEngine, type DetachedJob } from "./detach-on-engine.ts";

export interface BeginDetachedOptions extends PlanLaunchOptions {
  /** Where the scheduler becomes a job; null for a process of this machine, which the caller starts. */
  readonly engine: Engine | null;
}

export interface BegunDetached {
  readonly document: RunDocument;
  /** The job that drives it; null without an engine. */
  readonly job: DetachedJob | null;
}

/**
 * Prepares a release of the flow and begins a run of it; another process drives it, which finds all it needs in the
 * datastore: see `driveDetached`.
 */
export async function beginDetached(plan: RunPlan, of: BeginDetachedOptions): Promise<BegunDetached> {
  const { engine, settings, programName, options } = of;
  const { origin, parameters, tags } = plan;
  if (engine !== null) {
    refuseSecretsThere(plan, engine);
    refuseUnreachable(engine, of);
  }
  const staged = await stageOfPlan(plan, of);
  const { store, engines, warning } = staged;
  try {
    const release = await staged.prepare();
    const { document } = beginRun({ ...of, store, release, origin, parameters, tags, mayContinue: true });
    const orders = new LaunchOrders(store.storage, document);
    const order = { programName, options: engine?.computesHere(settings) === true ? ofThisMachine(options) : options };
    if (engine === null) {
      orders.write(order);
      store.storage.flush();
      return { document, job: null };
    }
    const like = [...plan.engines].find(([, its]) => its === engine)?.[0] ?? "";
    const job = await detachOnEngine(document, { engine, store, settings, programName, orders, order, like, warning });
    return { document, job };
  } finally {
    await engines.close();
  }
}

/** Of the machine that the jobs share the scheduler's own job knows what it was given of it. */
function ofThisMachine(options: ResolvedRunOptions): ResolvedRunOptions {
  const cores = os.availableParallelism();
  const { maxWorkers, maxCpu, maxMemoryMb } = options;
  return {
    ...options,
    maxWorkers: maxWorkers ?? cores,
    maxCpu: maxCpu ?? Math.max(cores, maxWorkers ?? 0),
    maxMemoryMb: maxMemoryMb ?? machineMemoryMb(),
  };
}

/** @throws MillraceError where a job there could not drive the run: before anything of it is recorded */
function refuseUnreachable({ name, scheduler }: Engine, { store, settings }: BeginDetachedOptions): void {
  if (scheduler === undefined)
    throw new MillraceError({
      code: "MILLRACE_DETACHED",
      headline: `Cannot detach the run because the scheduler cannot be a job of the engine ${name}`,
      hint: "put the engine's decorator on the steps: --detach --remote goes on in the background of this machine",
    });
  scheduler.reach({ storage: store.storage, runtime: { file: null, hash: "" }, settings });
}

/** What the scheduler reads lies on this machine; what a task reads by itself does not. */
function refuseSecretsThere({ Flow, configs, flowFile }: RunPlan, { where }: Engine): void {
  const at = { flowFile };
  const step = [...secretSources(Flow, configs)].find(([, sources]) =>
    sources.some((source) => providerOf(source).readBy(source, at) === "launcher"),
  )?.[0];
  if (step === undefined) return;
  throw new MillraceError({
    code: "MILLRACE_SECRETS",
    headline: `Cannot detach the run ${where} because the secrets of ${step} are on this machine and do not leave it`,
    hint: "--detach without an engine in --with goes on in the background of this machine",
  });
}
