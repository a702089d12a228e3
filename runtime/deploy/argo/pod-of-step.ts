import type { StepJob } from "../../engines/jobs/job-service.ts";
import { jsonAt } from "../../engines/kubernetes/json-at.ts";
import { podParts } from "../../engines/kubernetes/pod-parts.ts";
import { podResources, type PodResources } from "../../engines/kubernetes/pod-resources.ts";
import type { StepPodOptions } from "../../engines/kubernetes/step-pod-options.ts";
import { stepJobs } from "../../launch/engines/step-jobs.ts";
import type { DeployedTask } from "../deployed-task.ts";
import type { DeploymentPlan } from "../deployer.ts";
import { podOptionsOf } from "../pods/pod-options-of.ts";
import type { ArgoTemplate } from "./argo-template.ts";

/** As Argo calls the container of a step. */
const MAIN = "main";

/** What a template says of the pods of a step, as the engine `kubernetes` would make them; without name and ways in and out. */
export function podOfStep(
  plan: DeploymentPlan,
  { task, variables }: { readonly task: DeployedTask; readonly variables: Readonly<Record<string, string>> },
): Omit<ArgoTemplate, "name"> & { readonly container: Readonly<Record<string, unknown>> } {
  const { needs, command, env, image } = task;
  const options = podOptionsOf(plan, needs);
  const { pod, container } = podParts(needs, { options, env: { ...env, ...variables } });
  const metadata = jsonAt(options.overrides, "spec", "template", "metadata");
  const { labels, annotations } = options;
  return {
    ...pod,
    metadata: { labels, annotations, ...(metadata as object | undefined) },
    ...patchOf(plan, { needs, options }),
    // Argo would ask a registry what an image runs.
    container: { image, command: [...command], ...container },
  };
}

/** What templates have no field for. */
function patchOf(
  plan: DeploymentPlan,
  { needs, options }: { readonly needs: StepJob; readonly options: StepPodOptions },
): { readonly podSpecPatch?: string } {
  const { imagePullSecrets, overrides } = options;
  const own = (jsonAt(overrides, "spec", "template", "spec") ?? {}) as { readonly containers?: readonly object[] };
  const resources = resourcesByAttempt(plan, { needs, options });
  const containers = [
    ...(resources === null ? [] : [{ name: MAIN, resources }]),
    ...(own.containers ?? []).map(renamed),
  ];
  const patch = {
    ...(imagePullSecrets.length === 0 ? {} : { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
    ...own,
    ...(containers.length === 0 ? {} : { containers }),
  };
  return Object.keys(patch).length === 0 ? {} : { podSpecPatch: JSON.stringify(patch) };
}

/** The step's container has a name of the engine's, and another of Argo's. */
function renamed(container: object): object {
  return jsonAt(container, "name") === "task" ? { ...container, name: MAIN } : container;
}

/** Where a further attempt needs something else: an expression for each amount, over the number of attempts before. */
function resourcesByAttempt(
  { graph, settings }: DeploymentPlan,
  { needs, options }: { readonly needs: StepJob; readonly options: StepPodOptions },
): PodResources | null {
  const all = stepJobs(graph, needs.step, settings).map((job) => podResources(job, options));
  if (all.length === 1) return null;
  const amounts = (part: "requests" | "limits") => {
    const names = [...new Set(all.flatMap((one) => Object.keys(one[part])))];
    return Object.fromEntries(names.map((name) => [name, byAttempt(all.map((one) => one[part][name] ?? "0"))]));
  };
  return { requests: amounts("requests"), limits: amounts("limits") };
}

function byAttempt(values: readonly string[]): string {
  if (new Set(values).size === 1) return values[0] ?? "";
  return `{{=[${values.map((value) => `'${value}'`).join(", ")}][min(asInt(retries), ${values.length - 1})]}}`;
}
