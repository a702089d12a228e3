import { isWithoutStore, podFindings } from "../../engines/kubernetes/check-steps.ts";
import { jsonAt } from "../../engines/kubernetes/json-at.ts";
import { KUBERNETES_SETTINGS } from "../../engines/kubernetes/kubernetes-settings.ts";
import { stepJobs } from "../../launch/engines/step-jobs.ts";
import type { DeploymentPlan } from "../deployer.ts";
import { podOptionsOf } from "./pod-options-of.ts";

export interface PodReasonsOptions {
  readonly step: string;
  /** As it starts a sentence: "Argo". */
  readonly target: string;
}

/** Why a target that makes pods cannot make those of a step. */
export function podReasons(plan: DeploymentPlan, { step, target }: PodReasonsOptions): readonly string[] {
  const { settings, graph, store } = plan;
  const own = settings.engine(KUBERNETES_SETTINGS);
  const [job] = stepJobs(graph, step, settings);
  const { overrides } = podOptionsOf(plan, job);
  const { folder } = store.storage;
  const storeFolder = folder === null ? null : (own.datastore ?? folder);
  return [
    ...podFindings(job, own),
    ...(storeFolder !== null && isWithoutStore(job, { settings: own, storeFolder })
      ? [
          `its pods cannot reach the datastore, a folder that no volume of theirs holds: ${storeFolder}; name a bucket, or set MILLRACE_KUBERNETES_VOLUME`,
        ]
      : []),
    ...strayOverrides(overrides).map(
      (field) => `overrides: ${field}; ${target} makes pods, not Jobs: only spec.template counts`,
    ),
  ];
}

function strayOverrides(overrides: Readonly<Record<string, unknown>>): readonly string[] {
  const keys = (value: unknown) => Object.keys(value ?? {});
  return [
    ...keys(overrides).filter((key) => key !== "spec"),
    ...keys(jsonAt(overrides, "spec")).flatMap((key) => (key === "template" ? [] : [`spec.${key}`])),
    ...keys(jsonAt(overrides, "spec", "template")).flatMap((key) =>
      key === "spec" || key === "metadata" ? [] : [`spec.template.${key}`],
    ),
  ];
}
