import fs from "node:fs";
import type Docker from "dockerode";
import { MillraceError } from "../../../sdk/errors.ts";
import type { StepJob } from "../remote/job-service.ts";
import { mountsOf } from "./container-options.ts";
import { noEngine } from "./engine-errors.ts";

/** Docker takes no less. */
const LEAST_MEMORY_MB = 6;

/** @throws MillraceError for what this machine's engine can never start */
export async function checkSteps(docker: Docker, steps: readonly StepJob[]): Promise<void> {
  const { NCPU: cores, MemTotal } = (await docker.info().catch((error: unknown) => {
    throw noEngine(error);
  })) as { NCPU: number; MemTotal: number };
  const memoryMb = Math.floor(MemTotal / 2 ** 20);
  const users = new Map<string, string[]>();
  for (const needs of steps) {
    for (const finding of findingsOf(needs, { cores, memoryMb }))
      users.set(finding, [...(users.get(finding) ?? []), needs.step]);
  }
  if (users.size === 0) return;
  throw new MillraceError({
    code: "MILLRACE_RESOURCES",
    headline: `Cannot run in containers of this machine because of what ${steps.length === 1 ? "a step asks" : "steps ask"} for`,
    details: [...users].map(([finding, names]) => `${names.join(", ")}: ${finding}`),
    hint: "ask for less with cpu and memory (in MB) in @docker or @resources, or run the step elsewhere",
  });
}

function findingsOf(needs: StepJob, host: { cores: number; memoryMb: number }): string[] {
  const { cpu, memoryMb, options } = needs;
  const missing = mountsOf(options["mounts"]).filter(({ source }) => !fs.existsSync(source));
  return [
    ...(cpu > host.cores ? [`cpu ${cpu}, and the engine has ${host.cores}`] : []),
    ...(memoryMb > host.memoryMb ? [`memory ${memoryMb} MB, and the engine has ${host.memoryMb} MB`] : []),
    ...(memoryMb < LEAST_MEMORY_MB ? [`memory ${memoryMb} MB is less than ${LEAST_MEMORY_MB} MB`] : []),
    ...missing.map(({ source }) => `there is no ${source} to mount`),
  ];
}
