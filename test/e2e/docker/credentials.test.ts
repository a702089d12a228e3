import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { DOCKER } from "../../docker/engine.ts";
import { describeWith } from "../../setup/describe-with.ts";
import { millrace, readArtifacts, ROOT, temporaryFolder, withRun } from "../harness.ts";
import { IN_CONTAINERS } from "./containers.ts";

const KEY = "key-that-nobody-may-store";

const FLOW = `
  import { FlowSpec, main, step } from "millrace";
  class KeyFlow extends FlowSpec {
    length = 0;
    @step start() { this.length = (process.env.AWS_SECRET_ACCESS_KEY ?? "").length; this.next(this.end); }
    @step end() {}
  }
  main(KeyFlow);
`;

function filesBelow(folder: string): string[] {
  const names = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  return names.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

describeWith(DOCKER, "AWS credentials of the launcher", () => {
  test("reach its containers, and are nowhere in the datastore", async () => {
    const cwd = temporaryFolder();
    fs.mkdirSync(path.join(cwd, "node_modules"));
    fs.symlinkSync(ROOT, path.join(cwd, "node_modules/millrace"), "dir");
    fs.writeFileSync(path.join(cwd, "package.json"), "{}");
    fs.writeFileSync(path.join(cwd, "flow.ts"), FLOW);
    const env = { ...IN_CONTAINERS, AWS_ACCESS_KEY_ID: "known", AWS_SECRET_ACCESS_KEY: KEY, AWS_SESSION_TOKEN: KEY };
    const run = withRun(await millrace(["run", "flow.ts", "--with", "docker"], { cwd, env }));
    expect(run.code, run.stderr).toBe(0);
    expect(readArtifacts(run, "end")).toMatchObject({ length: KEY.length });
    const files = filesBelow(run.datastore);
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((file) => fs.readFileSync(file).includes(KEY))).toEqual([]);
  });
});
