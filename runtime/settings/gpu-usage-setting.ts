import { MillraceError } from "../../sdk/base/millrace-error.ts";

/**
 * Whether what GPUs do is looked at.
 * @throws MillraceError `MILLRACE_SETTINGS` for another word than `on` and `off`
 */
export function gpuUsageSetting(given: string | null): boolean {
  if (given === null || given === "on") return true;
  if (given === "off") return false;
  throw new MillraceError({
    code: "MILLRACE_SETTINGS",
    headline: `Cannot use the setting gpuUsage because it must be on or off: ${given}`,
    hint: 'write MILLRACE_GPU_USAGE=off, or "gpuUsage": "off" in millrace.config.json',
  });
}
