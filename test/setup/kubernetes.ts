import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the cluster lies that the first suite starts which needs one. */
    readonly kubernetesFolder: string;
    /** The process whose end leaves it to be swept away. */
    readonly kubernetesOwner: number;
  }
}

const SCRIPT = fileURLToPath(new URL("../../scripts/ensure-kubernetes.mjs", import.meta.url));

/** One cluster for all suites of a run; it ends with the run, unless `MILLRACE_TEST_CLUSTER` names the folder of one that stays. */
export default function kubernetes({ provide }: TestProject): () => Promise<void> {
  const lasting = process.env["MILLRACE_TEST_CLUSTER"];
  const folder = lasting ?? path.join(fs.realpathSync(os.tmpdir()), `millrace-kubernetes-${process.pid}`);
  provide("kubernetesFolder", folder);
  provide("kubernetesOwner", process.pid);
  return async () => {
    if (lasting === undefined && fs.existsSync(folder))
      await once(spawn(process.execPath, [SCRIPT, "--down", folder], { stdio: "ignore" }), "close");
  };
}
