import { spawnSync } from "node:child_process";
import { IMAGE } from "../../rigs/docker/engine.ts";
import type { FlowRun } from "../../rigs/harness.ts";

/** What a command gets whose steps run in containers. */
export const IN_CONTAINERS = { MILLRACE_IMAGE: IMAGE };

/** `docker ARGS`; fails the test where that fails. */
export function docker(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("docker", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`docker ${args.join(" ")}: ${stderr}`);
  return stdout;
}

/** Ids of the containers of a run that are there, whether they run or not. */
export function containersOf({ flow, run }: Pick<FlowRun, "flow" | "run">, step: string | null = null): string[] {
  const labels = [`millrace.flow=${flow}`, `millrace.run=${run}`, ...(step === null ? [] : [`millrace.step=${step}`])];
  const filters = labels.flatMap((label) => ["--filter", `label=${label}`]);
  return docker("ps", "--all", "--no-trunc", "--format", "{{.ID}}", ...filters)
    .split("\n")
    .filter((id) => id !== "");
}
