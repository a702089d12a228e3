import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { DeployedVersion, Deployer } from "../deployer.ts";
import { kubeflowRefusals } from "./kubeflow-refusals.ts";
import { pipelineSpec } from "./pipeline-spec.ts";

const UPLOAD =
  "upload what --out has written to Kubeflow: kfp pipeline create FILE, or kfp pipeline create-version FILE";

/** What starts a pipeline is in Kubeflow's server: it takes the document from whoever uploads it. */
export const kubeflowDeployer: Deployer = {
  refusals: kubeflowRefusals,
  // JSON is YAML as well.
  spec: (plan) => `${JSON.stringify(pipelineSpec(plan), null, 2)}\n`,
  install: (plan) =>
    plan.isPaused === true
      ? Promise.reject(atServer(plan, "pause"))
      : Promise.resolve({ installed: null, lines: [UPLOAD] }),
  setPaused: (of, paused) => Promise.reject(atServer(of, paused ? "pause" : "unpause")),
  remove: ({ version }) =>
    Promise.resolve([
      `what was uploaded to Kubeflow stays there: kfp pipeline delete ${version.deployment} removes it`,
    ]),
  trigger: (of) => Promise.reject(atServer(of, "trigger")),
};

function atServer({ version: { deployment } }: DeployedVersion, aim: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DEPLOYMENT",
    headline: `Cannot ${aim} ${deployment} because only Kubeflow's server starts its pipelines`,
    hint:
      aim === "trigger"
        ? `kfp run create --experiment-name millrace --pipeline-name ${deployment}`
        : "do so in its page of recurring runs",
  });
}
