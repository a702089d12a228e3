import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { DOCKER } from "../rigs/docker/engine.ts";
import { IN_CONTAINERS } from "../e2e/docker/containers.ts";
import { describeWith } from "../rigs/describe-with.ts";
import { freePort } from "../rigs/free-port.ts";
import { type CommandOptions, millrace, ROOT, resultOf, withRun } from "../rigs/harness.ts";

const FLOW = path.join(ROOT, "examples/gang/flow.ts");

async function weightsOf(members: number, args: readonly string[] = [], options: CommandOptions = {}): Promise<string> {
  const port = String(await freePort());
  const small = ["--rowCount", "6000", "--epochs", "20"];
  const run = withRun(
    await millrace(["run", FLOW, "--members", String(members), "--port", port, ...small, ...args], options),
  );
  expect(run.code, run.stderr).toBe(0);
  return resultOf(run, "end").artifacts["weights"]?.hash ?? "";
}

describe("examples/gang", () => {
  let alone = "";
  beforeAll(async () => {
    alone = await weightsOf(1);
  });

  test("three members that train together come to the weights of one, to the last bit", async () => {
    expect(await weightsOf(3)).toBe(alone);
  });

  describeWith(DOCKER, "in containers", () => {
    test("so do members in containers, which reach each other", async () => {
      expect(await weightsOf(3, ["--with", "docker"], { env: IN_CONTAINERS })).toBe(alone);
    });
  });
});
