import path from "node:path";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { StepJob } from "../jobs/job-service.ts";
import type { KubeClient } from "./client/kube-client.ts";
import { textAt } from "./json-at.ts";
import { kubernetesError } from "./kubernetes-error.ts";
import type { KubernetesSettings } from "./kubernetes-settings.ts";
import { refusedOverrides } from "./refused-overrides.ts";
import { stepPodOptions } from "./step-pod-options.ts";

/** Earlier ones try an index again by themselves. */
const LEAST_MINOR = 29;
const LEAST_MEMORY_MB = 64;
const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

export interface CheckOptions {
  readonly client: Pick<KubeClient, "json">;
  readonly settings: KubernetesSettings;
  /** Where pods find the datastore if it is a folder; null for a bucket. */
  readonly storeFolder: string | null;
}

/**
 * Refuses what the cluster could never run, all of it at once.
 * @throws MillraceError
 */
export async function checkSteps(
  steps: readonly StepJob[],
  { client, settings, storeFolder }: CheckOptions,
): Promise<void> {
  refuseUnmounted(steps, { settings, storeFolder });
  const findings = steps.flatMap((step) => podFindings(step, settings).map((finding) => `${step.step}: ${finding}`));
  if (findings.length > 0)
    throw new MillraceError({
      code: "MILLRACE_KUBERNETES",
      headline: `Cannot run on Kubernetes because of what ${findings.length === 1 ? "a step asks" : "steps ask"} for`,
      details: findings,
      hint: "change it in @kubernetes or @resources",
    });
  const version = await client.json({ path: "/version" }).catch((error: unknown) => {
    throw kubernetesError(error, "run steps");
  });
  const minor = Number.parseInt(textAt(version, "minor") ?? "", 10);
  if (minor >= LEAST_MINOR) return;
  throw new MillraceError({
    code: "MILLRACE_KUBERNETES",
    headline: `Cannot run on Kubernetes because the cluster is too old: ${textAt(version, "gitVersion") ?? "an unknown version"}`,
    details: [`wanted: 1.${LEAST_MINOR} or newer, whose Jobs leave it to Millrace to try a failed index again`],
    hint: "name another cluster with KUBECONFIG or MILLRACE_KUBERNETES_CONTEXT",
  });
}

/** A folder that no volume of the step brings to its pods. */
function refuseUnmounted(
  steps: readonly StepJob[],
  { settings, storeFolder }: Pick<CheckOptions, "settings" | "storeFolder">,
): void {
  if (storeFolder === null) return;
  const lacking = steps.filter((step) => isWithoutStore(step, { settings, storeFolder }));
  if (lacking.length === 0) return;
  throw new MillraceError({
    code: "MILLRACE_LOCAL_DATASTORE",
    headline: `Cannot run on Kubernetes because pods cannot reach the datastore, a folder that no volume of theirs holds: ${storeFolder}`,
    details: [`steps: ${lacking.map(({ step }) => step).join(", ")}`],
    hint: "name a bucket (--datastore s3://BUCKET/PREFIX), or mount the folder in every pod: MILLRACE_KUBERNETES_VOLUME=CLAIM:PATH",
  });
}

/** True where the pods of a step have no volume that holds the datastore, a folder. */
export function isWithoutStore(
  step: StepJob,
  { settings, storeFolder }: { readonly settings: KubernetesSettings; readonly storeFolder: string },
): boolean {
  const { volumes } = stepPodOptions(step, settings);
  return !volumes.some((volume) => !volume.isReadOnly && isWithin(storeFolder, volume.path));
}

function isWithin(folder: string, of: string): boolean {
  const relative = path.posix.relative(of, folder);
  return relative === "" || !relative.startsWith("..");
}

/** What a step asks for that no pod can have. */
export function podFindings(step: StepJob, settings: KubernetesSettings): string[] {
  const { volumes, secrets, namespace, serviceAccount, tmpfsMb, overrides } = stepPodOptions(step, settings);
  const { memoryMb } = step;
  const names = Object.entries({ namespace, serviceAccount });
  return [
    ...(memoryMb < LEAST_MEMORY_MB ? [`memory: ${memoryMb}; at least ${LEAST_MEMORY_MB} MB`] : []),
    ...(tmpfsMb !== null && tmpfsMb > memoryMb
      ? [`tmpfs: ${tmpfsMb}; it is taken from its memory, ${memoryMb} MB`]
      : []),
    ...names.flatMap(([what, name]) =>
      name === null || NAME.test(name) ? [] : [`${what}: ${name}; not a name of Kubernetes`],
    ),
    ...refusedOverrides(overrides).map((field) => `overrides: ${field}; Millrace starts and finds its Jobs by it`),
    ...secrets.flatMap(({ name, path: folder }) =>
      !NAME.test(name) || folder?.startsWith("/") === false
        ? [`secrets: ${name}${folder === null ? "" : `:${folder}`}; wanted NAME or NAME:/folder`]
        : [],
    ),
    ...volumes.flatMap(({ kind, source, path: folder }) =>
      (kind === "claim" && !NAME.test(source)) || !folder.startsWith("/")
        ? [`volumes: ${source}:${folder}; wanted CLAIM:/folder or /folder-of-the-node:/folder`]
        : [],
    ),
  ];
}
