import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { setContainers } from "../../rigs/aws/queue.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace } from "../../rigs/harness.ts";
import { accountForFile, BATCH } from "./batch-for-file.ts";

const WIDE = fileURLToPath(new URL("flows/wide.ts", import.meta.url));

describeWith(BATCH, "what a run asks of AWS Batch", () => {
  const account = accountForFile();

  test("a foreach of 1,000 tasks is submitted by one request, and followed by a few", async () => {
    // A thousand containers at once are too many for a test: here jobs succeed without one, and leave no outcome.
    await setContainers(account().url, false);
    const machine = await account().machine();
    const args = ["run", WIDE, "--remote", "--count", "1000"];
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
