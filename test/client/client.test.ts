import path from "node:path";
import { expect, test } from "vitest";
import { Run } from "millrace/client";
import { temporaryFolder, tsx } from "../rigs/harness.ts";
import { clientContract } from "./client-contract.ts";

clientContract("a folder", () => path.join(temporaryFolder(), "store"));

test("inside a step the client looks into the run's own datastore", async () => {
  const datastore = path.join(temporaryFolder(), "named-by-an-option");
  const flow = path.join(import.meta.dirname, "flows/looks-back.ts");
  const env = { MILLRACE_DATASTORE: "" };
  const { code, stderr } = await tsx(flow, ["run", "--datastore", datastore], { env });
  expect(code, stderr).toBe(0);
  const run = await Run.get("LooksBackFlow/latest", { datastore });
  expect(await run.data["seen"]).toEqual({
    status: "running",
    word: "from the start",
    log: "started\n",
    own: "running",
  });
});
