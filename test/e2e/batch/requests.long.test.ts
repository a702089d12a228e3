import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { BatchApi } from "../../../runtime/engines/batch/batch-api.ts";
import { setContainers } from "../../rigs/aws/queue.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace } from "../../rigs/harness.ts";
import { accountForFile, BATCH } from "./batch-for-file.ts";

const WIDE = fileURLToPath(new URL("flows/wide.ts", import.meta.url));
/**
 * One request names a hundred jobs at most, and an array holds 10,000: what takes two pages stands for a thousand tasks. The
 * server in place of AWS has a thread for each job, and a thousand of them keep a busy machine for minutes.
 */
const COUNT = 150;
const TIMEOUT_MS = 400_000;

test("a foreach of 1,000 is one array by default: as many tasks are in flight, and fit into it", () => {
  const { defaultLimit, maxGroupSize } = new BatchApi({
    queue: "jobs",
    jobRole: null,
    executionRole: null,
    cli: "node flow.ts",
  }).limits;
  expect(Math.min(defaultLimit, maxGroupSize)).toBeGreaterThanOrEqual(1000);
});

describeWith(BATCH, "what a run asks of AWS Batch", () => {
  const account = accountForFile();

  test("a foreach is submitted by one request, and followed by a few", { timeout: TIMEOUT_MS }, async () => {
    // So many containers at once are too many for a test: here jobs succeed without one, and leave no outcome.
    await setContainers(account().url, false);
    const machine = await account().machine();
    const args = ["run", WIDE, "--remote", "--count", String(COUNT)];
    const started = Date.now();
    const { code, stderr } = await millrace(args, machine);
    // The poller's pace allows no more, for as long as jobs begin and end: on a busy machine that takes long.
    const more = ((Date.now() - started) / 1_000) * 7;
    expect(code, stderr).toBe(1);
    expect(stderr).toMatch(/its container ended.*before the step was over/);
    const asked = (await account().proxy.requests()).filter(({ op }) => op === "batch").map(({ key }) => key);
    const count = (name: string) => asked.filter((key) => key === name).length;
    expect(count("submitjob")).toBe(1);
    expect(count("registerjobdefinition")).toBe(1);
    expect(count("describejobs")).toBeLessThanOrEqual(10 + more);
    expect(asked.length).toBeLessThanOrEqual(30 + more);
  });
});
