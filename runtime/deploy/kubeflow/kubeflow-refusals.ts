import { KUBERNETES_SETTINGS } from "../../engines/kubernetes/kubernetes-settings.ts";
import type { DeploymentPlan, TargetRefusal } from "../deployer.ts";
import { deployedTask } from "../deployed-task.ts";
import { backSteps } from "../frames/back-steps.ts";
import type { Frame } from "../frames/frame.ts";

/** Of the options of `@kubernetes`, those that a pipeline says as well. */
const SAID = new Set(["cpu", "memory", "gpu", "disk", "image", "gpuResource"]);

/** What a pipeline of Kubeflow's cannot do as the flow means it. */
export function kubeflowRefusals(plan: DeploymentPlan): TargetRefusal[] {
  return [
    ...refusedTriggers(plan),
    ...refusedShapes(plan.frame),
    ...refusedStore(plan),
    ...plan.graph.steps.flatMap(({ name }) => refusedStep(plan, name)),
  ];
}

function refusedTriggers({ version: { triggers, queue, options } }: DeploymentPlan): TargetRefusal[] {
  const reasons = [
    triggers.schedules.length > 0
      ? "a pipeline has no schedule: Kubeflow's server holds it as a recurring run, which knows no time zones: @schedule"
      : null,
    triggers.events.length > 0 ? "Kubeflow does not hear of events: @trigger" : null,
    triggers.finishes.length > 0 ? "Kubeflow starts no pipeline after another: @triggerOnFinish" : null,
    queue !== null ? "Kubeflow has no queues: @queue" : null,
    options.maxWorkers !== null ? "Kubeflow limits the tasks of a loop, not those of a run: --max-workers" : null,
  ];
  return reasons.flatMap((reason) => (reason === null ? [] : [{ step: null, reason }]));
}

function refusedShapes(frame: Frame): TargetRefusal[] {
  const loops = backSteps(frame).map((step) => ({
    step,
    reason: "a pipeline of Kubeflow's has no loops, and this leads back",
  }));
  const inner = frame.steps.flatMap(({ step, goes }) => {
    if (goes.kind !== "split") return [];
    if (goes.split === "gang") return [{ step, reason: "Kubeflow starts no gangs: tasks that wait for each other" }];
    return goes.bodies.flatMap(refusedShapes);
  });
  return [...loops, ...inner];
}

function refusedStore({ store, settings }: DeploymentPlan): TargetRefusal[] {
  const isFolder = store.storage.folder !== null || settings.engine(KUBERNETES_SETTINGS).volume !== null;
  return isFolder
    ? [{ step: null, reason: `pods of a pipeline mount no folder: deploy with a datastore in a bucket, s3://…` }]
    : [];
}

function refusedStep(plan: DeploymentPlan, step: string): TargetRefusal[] {
  const engine = plan.engineOf(step);
  if (engine !== "kubernetes") return [{ step, reason: `Kubeflow runs steps in pods, not on ${engine}` }];
  const { needs } = deployedTask(plan, step);
  const settings = plan.graph.steps.find(({ name }) => name === step)?.settings;
  const others = Object.keys(needs.options).filter((name) => !SAID.has(name));
  const reasons = [
    others.length > 0 ? `a pipeline does not say what @kubernetes says of ${others.join(", ")}` : null,
    settings?.concurrency === undefined ? null : "Kubeflow limits no step's tasks: @concurrency",
    (needs.sharedMemoryMb ?? 0) > 0 ? "a pipeline does not say how much memory tasks share: sharedMemory" : null,
  ];
  return reasons.flatMap((reason) => (reason === null ? [] : [{ step, reason }]));
}
