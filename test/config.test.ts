import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { BATCH_SETTINGS } from "../runtime/engines/batch/batch-settings.ts";
import { engineSettingKeys } from "../runtime/engines/index.ts";
import { datastoreLocation, engineSettings, imageSetting } from "../runtime/config.ts";

const VARIABLES = ["DATASTORE", "IMAGE", "BATCH_QUEUE", "BATCH_JOB_ROLE", "BATCH_EXECUTION_ROLE"];

let folder = "";

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "millrace-config-"));
  for (const name of VARIABLES) vi.stubEnv(`MILLRACE_${name}`, undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
  fs.rmSync(folder, { recursive: true, force: true });
});

function project(content: unknown): string {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  fs.writeFileSync(path.join(folder, "millrace.config.json"), text);
  const inside = path.join(folder, "flows/deep");
  fs.mkdirSync(inside, { recursive: true });
  return inside;
}

describe("settings in millrace.config.json", () => {
  test("are found upward from where a command runs", () => {
    const inside = project({ batchQueue: "gpus", image: "team/train:3", datastore: "s3://bucket/runs" });
    expect(imageSetting(inside)).toBe("team/train:3");
    expect(engineSettings(BATCH_SETTINGS, inside)).toEqual({ queue: "gpus", jobRole: null, executionRole: null });
    expect(datastoreLocation(undefined, inside)).toBe("s3://bucket/runs");
  });

  test("give way to the environment, and an empty variable counts as none", () => {
    const inside = project({ batchQueue: "gpus", batchJobRole: "job", batchExecutionRole: "agent", image: "a" });
    vi.stubEnv("MILLRACE_BATCH_QUEUE", "spot");
    vi.stubEnv("MILLRACE_BATCH_JOB_ROLE", "other-job");
    vi.stubEnv("MILLRACE_BATCH_EXECUTION_ROLE", "other-agent");
    vi.stubEnv("MILLRACE_IMAGE", "");
    expect(imageSetting(inside)).toBe("a");
    expect(engineSettings(BATCH_SETTINGS, inside)).toEqual({
      queue: "spot",
      jobRole: "other-job",
      executionRole: "other-agent",
    });
  });

  test("a relative datastore lies where the file lies, and comes before a .millrace nearby", () => {
    const inside = project({ datastore: "runs" });
    fs.mkdirSync(path.join(inside, ".millrace"));
    expect(datastoreLocation(undefined, inside)).toBe(path.join(folder, "runs"));
    vi.stubEnv("MILLRACE_DATASTORE", "elsewhere");
    expect(datastoreLocation(undefined, inside)).toBe(path.join(inside, "elsewhere"));
    expect(datastoreLocation("given", inside)).toBe(path.join(inside, "given"));
  });

  test("a file without a datastore leaves it where it would be", () => {
    const inside = project("\uFEFF{}");
    expect(datastoreLocation(undefined, inside)).toBe(path.join(inside, ".millrace"));
  });

  test("settings of others are no concern of ours", () => {
    expect(imageSetting(project({ ourTool: { deep: [1] }, image: "a" }))).toBe("a");
  });

  test.each([
    ["a wrong type", { image: 3 }, "image: 3; wanted: a string that is not empty"],
    ["an empty text", { batchQueue: " " }, 'batchQueue: " "; wanted: a string that is not empty'],
    ["a misspelt name", { batchqueue: "gpus" }, "batchqueue: no setting has that name; did you mean batchQueue?"],
    ["a list", [], "seen: []"],
    ["text that is no JSON", "{ image: 3 }", "SyntaxError"],
  ])("%s is an error that names the file and what was seen", (_, content, seen) => {
    const inside = project(content);
    expect(() => datastoreLocation(undefined, inside, engineSettingKeys())).toThrow(
      expect.objectContaining({
        code: "MILLRACE_SETTINGS",
        headline: expect.stringContaining(path.join(folder, "millrace.config.json")),
        details: [expect.stringContaining(seen)],
        hint: expect.stringContaining("datastore, batchQueue"),
      }),
    );
  });
});
