import { spawnSync } from "node:child_process";
import path from "node:path";
import type { Need } from "../describe-with.ts";
import { ROOT } from "../harness.ts";
import { CLUSTER, KUBERNETES } from "../kubernetes/cluster.ts";

/** Argo Workflows on the cluster of all suites; its controller starts with the first file that imports this. */
const found =
  KUBERNETES.missing === null
    ? spawnSync(process.execPath, [path.join(ROOT, "scripts/ensure-argo.mjs"), CLUSTER.folder], { encoding: "utf8" })
    : null;

export const ARGO: Need = {
  name: "Argo Workflows",
  missing: found === null || found.status === 0 ? KUBERNETES.missing : lastLine(found.stderr),
};

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
