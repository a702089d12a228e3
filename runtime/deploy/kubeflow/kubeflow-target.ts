import type { DeployTarget } from "../deployer.ts";

/** Gets a pipeline as a document, which its server or `kfp` takes. */
export const kubeflowTarget: DeployTarget = {
  name: "kubeflow",
  where: "to Kubeflow Pipelines",
  title: "a pipeline of Kubeflow Pipelines 2: one document, written to --out",
  settings: {},
  engine: "kubernetes",
  starts: "execution",
  load: async () => (await import("./kubeflow-deployer.ts")).kubeflowDeployer,
};
