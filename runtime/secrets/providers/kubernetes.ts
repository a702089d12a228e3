import fs from "node:fs";
import path from "node:path";
import { SecretFault, type SecretProvider } from "../secret-provider.ts";
import type { SecretVariables } from "../run-secrets.ts";
import { secretVariables } from "../secret-variables.ts";

/** A Secret of the cluster: its keys are files of a volume that the engine mounts into the pod. */
export const KUBERNETES: SecretProvider<"kubernetes"> = {
  type: "kubernetes",
  readBy: () => "task",
  isBrought: true,
  read({ name, key, as }) {
    const files = filesOf(name);
    // Beside the keys lie folders through which the cluster replaces all of them at once.
    const keys = fs.readdirSync(files).filter((entry) => !entry.startsWith(".."));
    const values = Object.fromEntries(keys.map((one) => [one, fs.readFileSync(path.join(files, one), "utf8")]));
    const choice = { name, ...(key === undefined ? {} : { key }), ...(as === undefined ? {} : { as }) };
    return secretVariables(values satisfies SecretVariables, choice);
  },
};

/** Where a pod finds the keys of a Secret, as files: an engine that brings them mounts it there. */
export function kubernetesSecretFolder(name: string): string {
  return path.posix.join("/var/run/secrets/millrace", name);
}

function filesOf(name: string): string {
  const folder = kubernetesSecretFolder(name);
  if (fs.existsSync(folder)) return folder;
  throw new SecretFault(`the Secret ${name} of Kubernetes is only in pods of that engine: there is no ${folder}`, {
    hint: "run the step with --with kubernetes, or name a source that can be read here",
  });
}
