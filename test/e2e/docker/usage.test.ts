import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import type { StepUsage } from "../../../runtime/datastore/reader/step-usage.ts";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { type FlowRun, millrace, runFlow, temporaryFolder } from "../../rigs/harness.ts";
import { IN_CONTAINERS } from "./containers.ts";

const FLOW = fileURLToPath(new URL("flows/usage.ts", import.meta.url));

describeWith(DOCKER, "what a container's attempt used", () => {
  let steps: readonly (StepUsage & { advice: { memory: number | null } | null })[];
  const of = (step: string) => steps.find((one) => one.step === step)!;
  const peak = (step: string) => of(step).memoryMb!.max;

  beforeAll(async () => {
    const datastore = path.join(temporaryFolder(), "store");
    const args = ["run", "--with", "docker", "--on-failure", "finish", "--max-workers", "2"];
    const run: FlowRun = await runFlow(FLOW, args, { datastore, env: IN_CONTAINERS });
    const told = await millrace(["usage", `UsageFlow/latest`, "--json"], { datastore });
    expect(told.code, run.stderr + told.stderr).toBe(0);
    steps = (JSON.parse(told.stdout) as { steps: typeof steps }).steps;
  });

  test("the peak holds a child process that lived for a moment, within 5 %", () => {
    expect(peak("child") - peak("plain")).toBeGreaterThan(300 * 0.95);
    expect(peak("child") - peak("plain")).toBeLessThan(300 * 1.05);
  });

  test("files that the kernel keeps in memory are not what a step needs", () => {
    expect(peak("file") - peak("plain")).toBeLessThan(100);
  });

  test.each(["buffers", "heap", "killed"])(
    "memory that was not enough is known, and advice is beyond it: %s",
    (step) => {
      expect(of(step)).toMatchObject({ exhaustedMb: 300, silent: 0, asked: { memoryMb: 300 } });
      expect(of(step).advice?.memory).toBeGreaterThanOrEqual(300 * 1.2);
    },
  );

  test("processor time is that of all processes, those that were killed as well", () => {
    expect(of("burns").cpuMs).toBeGreaterThan(480);
    expect(of("buffers").cpuMs).toBeGreaterThan(0);
    expect(of("plain").cpuMs).toBeLessThan(480);
  });
});
