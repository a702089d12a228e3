import { createHash } from "node:crypto";

/** Kubeflow's names are made of small letters, digits and single dashes. */
const PLAIN = /^[a-z][a-z0-9]{0,59}$/;

/** A step's name as Kubeflow takes it; two steps never have the same. */
export function kubeflowName(step: string): string {
  if (PLAIN.test(step)) return step;
  const readable = step
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")
    .replace(/^[^a-z]+/, "")
    .slice(0, 40);
  return `${readable === "" ? "step" : readable}-${createHash("sha256").update(step).digest("hex").slice(0, 8)}`;
}
