import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { nearest } from "../../sdk/base/nearest.ts";
import type { DeployTarget } from "./deployer.ts";
import { airflowTarget } from "./airflow/airflow-target.ts";
import { argoTarget } from "./argo/argo-target.ts";
import { kubeflowTarget } from "./kubeflow/kubeflow-target.ts";
import { localTarget } from "./local/local-target.ts";
import { stepFunctionsTarget } from "./step-functions/step-functions-target.ts";

/** Every target of `deploy`, in the order of the help. */
export const TARGETS: readonly DeployTarget[] = [
  localTarget,
  stepFunctionsTarget,
  argoTarget,
  airflowTarget,
  kubeflowTarget,
];

/** @throws MillraceError `MILLRACE_DEPLOYMENT` with the nearest name for a target that does not exist */
export function targetNamed(name: string, targets = TARGETS): DeployTarget {
  const found = targets.find((target) => target.name === name);
  if (found !== undefined) return found;
  const near = nearest(
    name,
    targets.map((target) => target.name),
  );
  throw new MillraceError({
    code: "MILLRACE_DEPLOYMENT",
    headline: `Cannot deploy to ${JSON.stringify(name)} because there is no such target`,
    details: [`targets: ${targets.map((target) => target.name).join(", ")}`],
    hint: near === null ? "deploy --help says what each of them is" : `did you mean ${near}?`,
  });
}
