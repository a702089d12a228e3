import { execFile, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { inject } from "vitest";
import type { Need } from "../describe-with.ts";
import { ROOT } from "../harness.ts";

const FINDER = path.join(ROOT, "scripts/ensure-kubernetes.mjs");

/** A cluster of two nodes on this machine, for all test files of a run of tests. */
export interface Cluster {
  readonly kubeconfig: string;
  readonly server: string;
  readonly folder: string;
  readonly image: string;
}

const NONE: Cluster = { kubeconfig: "", server: "", folder: "", image: "" };
const found = spawnSync(process.execPath, [FINDER, inject("kubernetesFolder")], {
  encoding: "utf8",
  env: { ...process.env, MILLRACE_KUBERNETES_OWNER: String(inject("kubernetesOwner")) },
});

export const KUBERNETES: Need = {
  name: "Kubernetes",
  missing: found.status === 0 ? null : (found.stderr.trim().split("\n").at(-1) ?? ""),
};

/** There where `KUBERNETES` is. */
export const CLUSTER: Cluster = found.status === 0 ? (JSON.parse(found.stdout) as Cluster) : NONE;

/** What leads a run to the cluster, with a datastore below that folder of this machine, which both nodes have. */
export function onKubernetes(folder: string): Readonly<Record<string, string>> {
  return {
    KUBECONFIG: CLUSTER.kubeconfig,
    MILLRACE_IMAGE: CLUSTER.image,
    MILLRACE_KUBERNETES_VOLUME: `${folder}:${folder}`,
  };
}

/** `kubectl ARGS`, as the cluster's administrator. */
export function kubectl(...args: readonly string[]): string {
  const program = path.join(CLUSTER.folder, "run/kubectl");
  const done = spawnSync(program, ["--kubeconfig", CLUSTER.kubeconfig, ...args], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`kubectl ${args.join(" ")}: ${done.stderr}`);
  return done.stdout;
}

/** Gives both nodes images that this machine's engine has. */
export async function importImages(tags: readonly string[]): Promise<void> {
  const file = path.join(CLUSTER.folder, "imported.tar");
  const run = promisify(execFile);
  await run("docker", ["save", "--output", file, ...tags]);
  const into = (node: string) => [
    "--address",
    path.join(CLUSTER.folder, node, "containerd.sock"),
    "--namespace",
    "k8s.io",
  ];
  await Promise.all(["n1", "n2"].map((node) => run("ctr", [...into(node), "images", "import", file])));
  fs.rmSync(file);
}
