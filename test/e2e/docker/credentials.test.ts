import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, readArtifacts, ROOT, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { docker, IN_CONTAINERS } from "./containers.ts";

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

/** Waits in its first step until it is let go. */
const WAITING = `
  import fs from "node:fs";
  import { FlowSpec, main, parameter, step } from "millrace";
  class WaitingFlow extends FlowSpec {
    @parameter() gate = "";
    seen = [];
    @step async start() {
      this.seen = Object.keys(process.env).filter((name) => process.env[name]?.startsWith("${KEY.slice(0, 12)}")).sort();
      fs.writeFileSync(this.gate + "/started", "");
      while (!fs.existsSync(this.gate + "/go")) await new Promise((resolve) => setTimeout(resolve, 20));
      this.next(this.end);
    }
    @step end() {}
  }
  main(WaitingFlow);
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

  test.each([
    ["long-lived keys", { AWS_SECRET_ACCESS_KEY: KEY }],
    ["keys of a session", { AWS_SECRET_ACCESS_KEY: KEY, AWS_SESSION_TOKEN: KEY }],
    ["the token of a container", { AWS_CONTAINER_AUTHORIZATION_TOKEN: KEY }],
  ])("%s are nowhere in what the engine tells of a container, nor in a file that it mounts", async (_, keys) => {
    const cwd = temporaryFolder();
    fs.mkdirSync(path.join(cwd, "node_modules"));
    fs.symlinkSync(ROOT, path.join(cwd, "node_modules/millrace"), "dir");
    fs.writeFileSync(path.join(cwd, "package.json"), "{}");
    fs.writeFileSync(path.join(cwd, "flow.ts"), WAITING);
    const gate = temporaryFolder();
    const env = { ...IN_CONTAINERS, AWS_ACCESS_KEY_ID: "known", ...keys };
    const going = millrace(["run", "flow.ts", "--with", `docker:mounts=["${gate}"]`, "--gate", gate], { cwd, env });
    await expect.poll(() => fs.existsSync(path.join(gate, "started"))).toBe(true);
    const ids = docker("ps", "--quiet", "--filter", `volume=${gate}`).trim().split("\n");
    const told = docker("inspect", ...ids);
    const places = (JSON.parse(told) as { Mounts: { Source: string }[] }[]).flatMap(({ Mounts }) => Mounts);
    const files = places.flatMap(({ Source }) => (fs.statSync(Source).isFile() ? [Source] : filesBelow(Source)));
    const holding = files.filter((file) => fs.readFileSync(file).includes(KEY));
    fs.writeFileSync(path.join(gate, "go"), "");
    const run = withRun(await going);
    expect(run.code, run.stderr).toBe(0);
    expect(readArtifacts(run, "end")).toMatchObject({ seen: Object.keys(keys) });
    expect(told).not.toContain(KEY);
    expect(told).not.toMatch(/"AWS_\w+=/);
    expect(files.length).toBeGreaterThan(5);
    expect(holding).toEqual([]);
  });
});
