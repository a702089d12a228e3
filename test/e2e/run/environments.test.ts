import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { readArtifacts, ROOT, runFlow } from "../../rigs/harness.ts";

const { version: installed } = JSON.parse(
  fs.readFileSync(path.join(ROOT, "node_modules/ml-matrix/package.json"), "utf8"),
) as { version: string };

// The first time npm installs both; afterwards they are in the user's cache.
test("@env gives parallel branches their own versions of a package, and variables to one step alone", async () => {
  const run = await runFlow("environments.ts");
  expect(run.stderr).toContain("succeeded EnvironmentsFlow");
  expect(run.code).toBe(0);
  expect(readArtifacts(run, "join")["versions"]).toEqual([
    { version: "6.10.4", determinant: 6, seed: "7" },
    { version: "6.12.1", determinant: 6, seed: null },
    { version: installed, determinant: 6, seed: null },
  ]);
  expect(run.summary.document.environments).toEqual({
    older: { "ml-matrix": "6.10.4" },
    newer: { "ml-matrix": "6.12.1" },
  });
});
