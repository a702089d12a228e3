import { MillraceError } from "../../sdk/base/millrace-error.ts";
import type { Environment } from "./environment.ts";

/** What is said of this machine's GPUs from outside; null: nothing. */
export interface GpuCountSettings {
  /** `MILLRACE_GPUS`: how many tasks may use. */
  readonly count: number | null;
  /** `CUDA_VISIBLE_DEVICES`: those that this process may use; CUDA ignores what follows a wrong one. */
  readonly visible: readonly string[] | null;
}

export function gpuCountSettings(env: Environment): GpuCountSettings {
  const [given, cuda] = [env["MILLRACE_GPUS"]?.trim() ?? "", env["CUDA_VISIBLE_DEVICES"]];
  if (!/^\d{0,4}$/.test(given))
    throw new MillraceError({
      code: "MILLRACE_SETTINGS",
      headline: `Cannot share the GPUs of this machine because MILLRACE_GPUS is not their number: ${given}`,
      hint: "set it to a whole number, as MILLRACE_GPUS=2, or leave it out",
    });
  const names = cuda?.split(",").map((name) => name.trim());
  const end = names?.findIndex((name) => name === "" || name.startsWith("-")) ?? -1;
  return { count: given === "" ? null : Number(given), visible: names?.slice(0, end < 0 ? undefined : end) ?? null };
}
