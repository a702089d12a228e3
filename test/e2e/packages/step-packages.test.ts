import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { flow } from "../cli/flow-folder.ts";
import { IN_CONTAINERS } from "../docker/containers.ts";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import {
  type FlowRun,
  folderOfFile,
  millrace,
  readArtifacts,
  runFlow,
  temporaryFolder,
  tsx,
  withRun,
} from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";
import { stepPackagesProject } from "./step-packages-project.ts";

/** What each step loaded by way; what a process reports of several ways is a record of its own. */
function foundIn(run: FlowRun): Readonly<Record<string, Record<string, unknown>>> {
  return readArtifacts(run, "join")["found"] as Record<string, Record<string, unknown>>;
}

/** Every way, with `wanted` wherever it gave a version. */
function allAre(wanted: string, found: object): object {
  return Object.fromEntries(
    Object.entries(found).map(([way, got]) => [
      way,
      typeof got === "object" && got !== null ? allAre(wanted, got as object) : wanted,
    ]),
  );
}

function expectAll(run: FlowRun, { plain, atLeast }: { plain: string; atLeast: number }): void {
  const { older, newer, ...rest } = foundIn(run);
  expect(older).toEqual(allAre("1.0.0", older!));
  expect(newer).toEqual(allAre("2.0.0", newer!));
  expect(Object.keys(older!).length).toBeGreaterThanOrEqual(atLeast);
  expect(Object.keys(newer!)).toEqual(Object.keys(older!));
  expect(rest).toEqual({ plain: { dynamic: plain } });
  // An installed package that brought its own copy keeps it.
  expect(readArtifacts(run, "older")["loner"]).toBe("9.0.0");
}

function withEnv(body: string): string {
  return `import { env } from "millrace";\n${flow(body)}`;
}

const cache = folderOfFile();

describe("two steps with two versions of a package find their own in every way to load", { timeout: 240_000 }, () => {
  test("in ES modules with standard decorators under tsx, beside an installed third", async () => {
    const file = stepPackagesProject({ kind: "esm", dialect: "standard", isInstalled: true });
    const options = { cwd: path.dirname(file), env: { MILLRACE_CACHE: cache } };
    expectAll(await runFlow(file, ["run"], options), { plain: "0.1.0", atLeast: 40 });
  });

  test("in CommonJS with legacy decorators under millrace, where no other step has the package", async () => {
    const file = stepPackagesProject({ kind: "commonjs", dialect: "legacy", isInstalled: false });
    const options = { cwd: path.dirname(file), env: { MILLRACE_CACHE: path.join(cache, "with space") } };
    const run = withRun(await millrace(["run", file], options));
    expectAll(run, { plain: "ERR_MODULE_NOT_FOUND", atLeast: 40 });
  });
});

describeWith(DOCKER, "in containers", () => {
  test("as on this machine", { timeout: 240_000 }, async () => {
    const file = stepPackagesProject({ kind: "esm", dialect: "standard", isInstalled: false });
    const env = { ...IN_CONTAINERS, MILLRACE_CACHE: cache, WITHOUT_NPX: "1" };
    const options = { cwd: path.dirname(file), env };
    const run = withRun(await millrace(["run", file, "--with", "docker"], options));
    expectAll(run, { plain: "ERR_MODULE_NOT_FOUND", atLeast: 35 });
  });
});

describe("packages that cannot be had", () => {
  function project(packages: Readonly<Record<string, string>>): string {
    const body = `  @step start() { this.next(this.fit); }
  @env({ packages: ${JSON.stringify(packages)} })
  @step fit() { this.next(this.end); }
  @step end() {}`;
    return makeProject({ "package.json": ESM, "tsconfig.json": STANDARD, "flow.ts": withEnv(body) });
  }

  async function refusal(packages: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
    const cwd = project(packages);
    const { code, stderr, datastore } = await tsx("./flow.ts", ["run"], {
      cwd,
      env: { MILLRACE_CACHE: temporaryFolder(), ...env },
    });
    expect(code).not.toBe(0);
    expect(fs.existsSync(path.join(datastore, "flows"))).toBe(false);
    return stderr;
  }

  /** Variables that make npm ask a registry with these packages alone, each in one version. */
  async function registry(versions: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
    const server = http.createServer((request, response) => {
      const name = decodeURIComponent((request.url ?? "").slice(1));
      const version = versions[name];
      const about = { name, "dist-tags": { latest: version }, versions: { [version ?? ""]: { name, version } } };
      response.writeHead(version === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(version === undefined ? { error: "Not found" } : about));
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    return { npm_config_registry: `http://127.0.0.1:${port}/`, npm_config_cache: temporaryFolder() };
  }

  test("an unknown version is named with its package and step", async () => {
    const said = await refusal({ "ml-matrix": "999.0.0" }, await registry({ "ml-matrix": "6.12.1" }));
    expect(said).toContain(
      "Cannot install the packages of step fit because the registry has no version 999.0.0 of ml-matrix",
    );
    expect(said).toContain('choose one that "npm view ml-matrix versions" lists');
    expect(said).toMatch(/npm (error|ERR!).*(ETARGET|notarget)/);
  });

  test("an unknown package is named with its step", async () => {
    const said = await refusal({ "millrace-no-such-package": "1.0.0" }, await registry({}));
    expect(said).toContain(
      "Cannot install the packages of step fit because the registry has no package millrace-no-such-package",
    );
    expect(said).toContain("check its spelling in @env({ packages })");
  });

  test("without a network the registry is what is missing", async () => {
    const offline = {
      npm_config_registry: "http://127.0.0.1:1/",
      npm_config_fetch_retries: "0",
      npm_config_cache: temporaryFolder(),
    };
    const said = await refusal({ "millrace-not-cached": "1.0.0" }, offline);
    expect(said).toContain(
      'Cannot install the packages of step fit because the registry cannot be reached: {"millrace-not-cached":"1.0.0"}',
    );
    expect(said).toContain("exact versions are kept on this machine, and need none from then on");
  });

  test("a package that only a step has, imported at the top of the flow, is told where to be loaded", async () => {
    const body = `  @env({ packages: { "ml-matrix-absent": "1.0.0" } })
  @step start() { console.log(absent); this.next(this.end); }
  @step end() {}`;
    const cwd = makeProject({
      "package.json": ESM,
      "tsconfig.json": STANDARD,
      "flow.ts": `import absent from "ml-matrix-absent";\n${withEnv(body)}`,
    });
    const { code, stderr } = await millrace(["run", "flow.ts"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('Could not resolve "ml-matrix-absent"');
    expect(stderr).toContain(
      'npm install ml-matrix-absent; or, if only a step with @env({ packages }) needs it, load it in that step: await import("ml-matrix-absent")',
    );
  });
});
