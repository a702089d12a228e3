import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import { hashesOf } from "../../matrix/hashes-of.ts";
import { millrace, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { startFlow } from "../resume/started-flow.ts";
import { IN_CONTAINERS } from "./containers.ts";

const FLOW = fileURLToPath(new URL("flows/reused.ts", import.meta.url));
const REUSED_FLOW = "ReusedFlow";

/** A datastore, and a folder that the flow's containers share with the test. */
export function reusedScene({ reuse = "reuse" } = {}) {
  const gate = temporaryFolder();
  const folder = temporaryFolder();
  const datastore = path.join(folder, "store");
  const options = { datastore, env: IN_CONTAINERS };
  const engine = ["--with", `docker:mounts=["${gate}:${gate}"]`, "--with", reuse];
  const latest = () => ({ flow: REUSED_FLOW, run: openDatastore(datastore).runs(REUSED_FLOW).at(-1) ?? "" });
  const ran = () => {
    const lines = fs.readFileSync(`${gate}/ran`, "utf8").trim().split("\n");
    return lines.map((line) => {
      const [what = "", where = ""] = line.split(" ");
      return { what, where };
    });
  };
  return {
    gate,
    datastore,
    options,
    latest,
    /** `item.attempt` of what began, and the container. */
    ran,
    containers: () => new Set(ran().map(({ where }) => where)),
    letGo: () => fs.writeFileSync(`${gate}/go`, ""),
    start: (...args: string[]) => startFlow(FLOW, ["run", ...engine, "--gate", gate, ...args], options),
    run: async (...args: string[]) =>
      withRun({
        ...(await millrace(["run", FLOW, ...engine, "--gate", gate, ...args], options)),
        events: [],
        datastore,
      }),
    resume: async (...args: string[]) =>
      withRun({ ...(await millrace(["resume", FLOW, ...engine, ...args], options)), events: [], datastore }),
    /** The same as processes of this machine. */
    async hashesHere(...args: string[]) {
      const here = path.join(folder, "here");
      const { code, stderr } = await millrace(["run", FLOW, "--gate", gate, ...args], { datastore: here });
      expect(code, stderr).toBe(0);
      const run = openDatastore(here).runs(REUSED_FLOW).at(-1) ?? "";
      return hashesOf({ datastore: here, className: REUSED_FLOW }, run);
    },
    hashes: () => hashesOf({ datastore, className: REUSED_FLOW }, latest().run),
    attempts() {
      const { tasks } = readRun(openDatastore(datastore), latest());
      return tasks.filter(({ step }) => step === "each").map(({ attempts }) => attempts.length);
    },
    async isSound() {
      const seen = await millrace(["fsck", FLOW], options);
      expect(seen.code, seen.stdout + seen.stderr).toBe(0);
    },
  };
}
