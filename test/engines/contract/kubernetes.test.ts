import { kubernetesEngine } from "../../../runtime/engines/kubernetes/kubernetes-engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { folderOfFile, temporaryFolder } from "../../rigs/harness.ts";
import { KUBERNETES, onKubernetes } from "../../rigs/kubernetes/cluster.ts";
import { backendContract } from "./backend-contract.ts";

describeWith(KUBERNETES, "jobs of a Kubernetes cluster", () => {
  const folder = folderOfFile();

  backendContract(() => {
    const env = { ...onKubernetes(folder), MILLRACE_CACHE: temporaryFolder() };
    // The service reads the kubeconfig as every program does.
    Object.assign(process.env, env);
    return { engine: kubernetesEngine, datastore: folder, env };
  });
});
