import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BATCH_SETTINGS } from "../../runtime/engines/batch/batch-settings.ts";
import { engineSettingKeys } from "../../runtime/engines/index.ts";
import { readSettings, type Settings } from "../../runtime/settings/read-settings.ts";

let folder = "";
let env: Record<string, string> = {};

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "millrace-config-"));
  env = {};
});

afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

function project(content: unknown): Settings {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  fs.writeFileSync(path.join(folder, "millrace.config.json"), text);
  const inside = path.join(folder, "flows/deep");
  fs.mkdirSync(inside, { recursive: true });
  return readSettings(env, inside);
}

describe("settings in millrace.config.json", () => {
  test("are found upward from where a command runs", () => {
    const inside = project({ batchQueue: "gpus", image: "team/train:3", datastore: "s3://bucket/runs" });
    expect(inside.image()).toBe("team/train:3");
    expect(inside.engine(BATCH_SETTINGS)).toEqual({ queue: "gpus", jobRole: null, executionRole: null });
    expect(inside.datastoreLocation(undefined)).toBe("s3://bucket/runs");
  });

  test("say how long tasks that are asked to stop may take, which the environment and the caller know better", () => {
    expect(readSettings(env, folder).graceMs(undefined)).toBe(6_000);
    const inside = project({ grace: "1m" });
    expect(inside.graceMs(undefined)).toBe(60_000);
    env["MILLRACE_GRACE"] = "2.5";
    expect(inside.graceMs(undefined)).toBe(2_500);
    expect(inside.graceMs(0)).toBe(0);
    env = {};
    expect(() => project({ grace: "soon" }).graceMs(undefined)).toThrow(
      "Cannot use the setting grace because it must be a duration",
    );
  });

  test("say whether what GPUs do is looked at", () => {
    expect(readSettings(env, folder).samplesGpus).toBe(true);
    const inside = project({ gpuUsage: "off" });
    expect(inside.samplesGpus).toBe(false);
    env["MILLRACE_GPU_USAGE"] = "on";
    expect(inside.samplesGpus).toBe(true);
    env["MILLRACE_GPU_USAGE"] = "sometimes";
    expect(() => inside.samplesGpus).toThrow("Cannot use the setting gpuUsage because it must be on or off: sometimes");
  });

  test("give way to the environment, and an empty variable counts as none", () => {
    const inside = project({ batchQueue: "gpus", batchJobRole: "job", batchExecutionRole: "agent", image: "a" });
    env["MILLRACE_BATCH_QUEUE"] = "spot";
    env["MILLRACE_BATCH_JOB_ROLE"] = "other-job";
    env["MILLRACE_BATCH_EXECUTION_ROLE"] = "other-agent";
    env["MILLRACE_IMAGE"] = "";
    expect(inside.image()).toBe("a");
    expect(inside.engine(BATCH_SETTINGS)).toEqual({
      queue: "spot",
      jobRole: "other-job",
      executionRole: "other-agent",
    });
  });

  test("a relative datastore lies where the file lies, and comes before a .millrace nearby", () => {
    const inside = project({ datastore: "runs" });
    fs.mkdirSync(path.join(inside.cwd, ".millrace"));
    expect(inside.datastoreLocation(undefined)).toBe(path.join(folder, "runs"));
    env["MILLRACE_DATASTORE"] = "elsewhere";
    expect(inside.datastoreLocation(undefined)).toBe(path.join(inside.cwd, "elsewhere"));
    expect(inside.datastoreLocation("given")).toBe(path.join(inside.cwd, "given"));
  });

  test("a file without a datastore leaves it where it would be", () => {
    const inside = project("\uFEFF{}");
    expect(inside.datastoreLocation(undefined)).toBe(path.join(inside.cwd, ".millrace"));
  });

  test("settings of others are no concern of ours", () => {
    expect(project({ ourTool: { deep: [1] }, image: "a" }).image()).toBe("a");
  });

  test.each([
    ["a wrong type", { image: 3 }, "image: 3; wanted: a string that is not empty"],
    ["an empty text", { batchQueue: " " }, 'batchQueue: " "; wanted: a string that is not empty'],
    ["a misspelt name", { batchqueue: "gpus" }, "batchqueue: no setting has that name; did you mean batchQueue?"],
    ["a list", [], "seen: []"],
    ["text that is no JSON", "{ image: 3 }", "SyntaxError"],
  ])("%s is an error that names the file and what was seen", (_, content, seen) => {
    const inside = project(content);
    expect(() => inside.datastoreLocation(undefined, engineSettingKeys())).toThrow(
      expect.objectContaining({
        code: "MILLRACE_SETTINGS",
        headline: expect.stringContaining(path.join(folder, "millrace.config.json")),
        details: [expect.stringContaining(seen)],
        hint: expect.stringContaining("datastore, batchQueue"),
      }),
    );
  });
});
