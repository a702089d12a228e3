import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { IN_CONTAINERS } from "../docker/containers.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";
import { tsx, withRun } from "../../rigs/harness.ts";

/** Its first step does what somebody does who may write to the store: has the run's record name code of his own. */
const FLOW = `
  import { createHash } from "node:crypto";
  import fs from "node:fs";
  import { current, FlowSpec, main, step } from "millrace";

  class SwapFlow extends FlowSpec {
    from = "the launcher";

    @step start() {
      const store = process.env.MILLRACE_DATASTORE;
      const blob = (hash) => \`\${store}/blobs/sha256/\${hash.slice(0, 2)}/\${hash.slice(2)}\`;
      const file = \`\${store}/flows/SwapFlow/\${current.runId}/run.json\`;
      const record = JSON.parse(fs.readFileSync(file, "utf8"));
      if (process.env.SWAP === "code") {
        const code = fs.readFileSync(blob(record.code), "utf8").replaceAll("the launcher", "somebody else");
        const hash = createHash("sha256").update(code).digest("hex");
        fs.mkdirSync(blob(hash).slice(0, -63), { recursive: true });
        fs.writeFileSync(blob(hash), code);
        fs.writeFileSync(file, JSON.stringify({ ...record, code: hash }));
      }
      if (process.env.SWAP === "tags") fs.writeFileSync(file, JSON.stringify({ ...record, tags: ["other"] }));
      if (process.env.SWAP === "bytes") {
        const target = blob(record.code);
        fs.chmodSync(target, 0o644);
        fs.writeFileSync(target, fs.readFileSync(target, "utf8").replaceAll("the launcher", "somebody else"));
      }
      this.next(this.end);
    }

    @step end() { console.log(\`code of \${new SwapFlow().from}\`); }
  }
  main(SwapFlow);
`;

function project(): string {
  return makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": STANDARD });
}

describe("a run whose record is changed while it goes on", () => {
  test.each([
    ["names other code", "code", "is not the one that its launcher wrote"],
    ["is another in anything else", "tags", "is not the one that its launcher wrote"],
    ["names code whose bytes were changed", "bytes", "its bytes are not the ones that were stored"],
  ])("fails where the record %s, and executes none of it", async (_, SWAP, why) => {
    const cwd = project();
    const run = withRun(
      await tsx(path.join(cwd, "flow.ts"), ["run", "--isolation", "process"], { cwd, env: { SWAP } }),
    );
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(why);
    expect(run.stdout + run.stderr).not.toContain("code of somebody else");
  });

  test("goes well where nobody touches it", async () => {
    const cwd = project();
    const run = await tsx(path.join(cwd, "flow.ts"), ["run", "--isolation", "process"], { cwd });
    expect(run.stdout + run.stderr).toContain("code of the launcher");
    expect(run.code).toBe(0);
  });
});

describeWith(DOCKER, "a run in containers whose record is changed while it goes on", () => {
  test.each(["code", "bytes"])("fails before its %s is executed", async (SWAP) => {
    const cwd = project();
    const file = path.join(cwd, "flow.ts");
    fs.writeFileSync(file, FLOW.replaceAll("process.env.SWAP", JSON.stringify(SWAP)));
    const run = withRun(await tsx(file, ["run", "--with", "docker"], { cwd, env: IN_CONTAINERS }));
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/is not the one that its launcher wrote|are not the ones that were stored/);
    expect(run.stdout + run.stderr).not.toContain("code of somebody else");
  });
});
