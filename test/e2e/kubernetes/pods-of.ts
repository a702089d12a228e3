import { kubectl } from "../../rigs/kubernetes/cluster.ts";

/** Names of a run's pods that are there, of one step or of all. */
export function podsOf(run: string, step: string | null = null): string[] {
  const labels = [`millrace.run=${run}`, ...(step === null ? [] : [`millrace.step=${step}`])];
  return kubectl("get", "pods", "--selector", labels.join(","), "--output", "jsonpath={.items[*].metadata.name}")
    .split(" ")
    .filter((name) => name !== "");
}
