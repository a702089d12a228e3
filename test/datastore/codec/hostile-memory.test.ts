import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const FILE = path.join(import.meta.dirname, "hostile-process.ts");

test("hostile bytes cost little memory: a process with a heap of 64 MB refuses thousands of them", async () => {
  const flags = ["--max-old-space-size=64", "--import", "tsx", FILE];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { env: { ...process.env, NODE_OPTIONS: "" } });
  const { refused, peakMb } = JSON.parse(stdout) as { refused: number; peakMb: number };
  expect(refused).toBeGreaterThan(1000);
  expect(peakMb).toBeLessThan(200);
});
