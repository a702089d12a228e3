import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWith } from "../../rigs/describe-with.ts";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { millrace, readArtifacts, tasksOf, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { type NodeRegistry, nodeRegistry } from "../../rigs/node-registry.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";
import { IN_CONTAINERS } from "./containers.ts";

/** A version that no image has: what runs is this machine's Node under that name. */
const VERSION = "99.1.2";

function project(node: string): string {
  const flow = `import { spawnSync } from "node:child_process";
import { env, FlowSpec, main, step } from "millrace";
class AsksFlow extends FlowSpec {
  program = "";
  found = "";
  own = "";
  @env({ node: "${node}" })
  @step start() {
    this.program = process.execPath;
    this.found = spawnSync("node", ["-p", "process.execPath"], { encoding: "utf8" }).stdout.trim();
    this.next(this.end);
  }
  @step end() {
    this.own = process.execPath;
  }
}
main(AsksFlow);
`;
  return makeProject({ "flow.ts": flow, "tsconfig.json": STANDARD, "package.json": ESM });
}

describeWith(DOCKER, "the Node that @env asks for", () => {
  let registry: NodeRegistry;
  const cache = temporaryFolder();
  beforeAll(async () => {
    registry = await nodeRegistry(VERSION);
  });
  afterAll(() => registry.close());

  async function run(node: string, env: Readonly<Record<string, string>> = registry.env) {
    const datastore = path.join(temporaryFolder(), "store");
    const options = { cwd: project(node), datastore, env: { ...IN_CONTAINERS, MILLRACE_CACHE: cache, ...env } };
    return { ...(await millrace(["run", "flow.ts", "--with", "docker"], options)), datastore };
  }

  test("is brought into the container, for that step and the programs that it starts", async () => {
    const seen = withRun(await run("99"));
    expect(seen.code, seen.stderr).toBe(0);
    const { program, found, own } = readArtifacts(seen, "end");
    expect(program).toMatch(/\/\.node\/bin\/node$/);
    expect(found).toBe(program);
    expect(own).not.toBe(program);
    expect(fs.readdirSync(path.join(cache, "nodes"))).toEqual([expect.stringMatching(/^node-linux-\w+-99\.1\.2$/)]);
  });

  test.each([VERSION, "99"])("is what was fetched before where no registry answers: %s", async (version) => {
    const away = {
      npm_config_registry: "http://127.0.0.1:1/",
      npm_config_fetch_retries: "0",
      npm_config_cache: temporaryFolder(),
    };
    const seen = withRun(await run(version, away));
    expect(seen.code, seen.stderr).toBe(0);
    expect(readArtifacts(seen, "end")["program"]).toMatch(/\/\.node\/bin\/node$/);
  });

  test("fails the step where neither registry nor image has it, with both versions and why", async () => {
    const seen = withRun(await run("98"));
    expect(seen.code, seen.stderr).toBe(1);
    expect(seen.stderr).toMatch(/start asks for Node 98, which cannot be brought for linux-\w+: No matching version/);
    const [start] = tasksOf(seen, "start");
    expect(start).toMatchObject({ attempt: 0, error: { code: "MILLRACE_NODE" } });
    expect(start?.error?.message).toMatch(
      /its image has Node \d+\.\d+\.\d+ and @env asks for Node 98: none was brought/,
    );
  });

  test("is the image's own where that fits, whatever the registry has", async () => {
    const major = process.versions.node.split(".")[0] ?? "";
    const seen = withRun(await run(major));
    expect(seen.code, seen.stderr).toBe(0);
    const { program, own } = readArtifacts(seen, "end");
    expect(program).toBe(own);
  });
});
