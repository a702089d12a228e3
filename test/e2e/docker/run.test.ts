import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { MOTO } from "../../rigs/aws/moto.ts";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { flow } from "../cli/flow-folder.ts";
import {
  type FlowRun,
  logOf,
  MILLRACE,
  millrace,
  readArtifacts,
  ROOT,
  resultOf,
  temporaryFolder,
  withRun,
} from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";
import { startFlow } from "../resume/started-flow.ts";
import { serviceForFile } from "../s3/bucket-for-file.ts";
import { containersOf, IN_CONTAINERS } from "./containers.ts";

function textOf(name: string): string {
  return fs.readFileSync(fileURLToPath(new URL(name, import.meta.url)), "utf8");
}

/** A project whose flow reads files beside it, and others that only its settings name. */
function project(): string {
  return makeProject({
    "package.json": ESM,
    "tsconfig.json": STANDARD,
    "millrace.config.json": JSON.stringify({ include: ["data/**/*.csv"] }),
    "data/table.csv": "one,two\n1,2\n",
    "lib/words.ts": textOf("lib/words.ts"),
    "flows/beside.txt": "beside",
    "flows/flow.ts": textOf("flows/wide.ts"),
  });
}

/** One whose run takes two containers. */
function smallProject(): string {
  const body = `  values!: unknown;
  @step start() {
    console.log(\`uid \${process.getuid?.()}\`);
    this.values = [new Float64Array(5000).fill(0.5), new Map([["one", 1n]]), new Date(0)];
    this.next(this.end);
  }
  @step end() {}`;
  return makeProject({ "flow.ts": flow(body), "tsconfig.json": STANDARD, "package.json": ESM });
}

/** Hashes of all artifacts of all tasks. */
function hashes(run: FlowRun): Record<string, Record<string, string>> {
  const places = new Map<string, number>();
  return Object.fromEntries(
    run.summary.tasks.map(({ step }) => {
      const index = places.get(step) ?? 0;
      places.set(step, index + 1);
      const { artifacts } = resultOf(run, step, { index });
      return [
        `${step}[${index}]`,
        Object.fromEntries(Object.entries(artifacts).map(([name, { hash }]) => [name, hash])),
      ];
    }),
  );
}

describeWith(DOCKER, "run --with docker", () => {
  let cwd: string;
  let here: FlowRun;
  let boxed: FlowRun;

  beforeAll(async () => {
    cwd = project();
    const runs = [[], ["--with", "docker"]].map((args) =>
      millrace(["run", "flows/flow.ts", ...args], { cwd, env: IN_CONTAINERS }),
    );
    [here, boxed] = (await Promise.all(runs)).map(withRun) as [FlowRun, FlowRun];
  });

  test("gives the bytes that a run on this machine gives, through branches, foreach, joins and @env", () => {
    expect(boxed.code, boxed.stderr).toBe(0);
    expect(here.code, here.stderr).toBe(0);
    expect(hashes(boxed)).toEqual(hashes(here));
    expect(Object.keys(hashes(boxed))).toHaveLength(8);
    expect(readArtifacts(boxed, "end")).toMatchObject({ all: "A!B! set unset" });
  });

  test("brings along files that the code and the settings name, and the working directory", () => {
    expect(readArtifacts(boxed, "start")).toMatchObject({ beside: "beside", table: "one,two\n1,2\n" });
  });

  test("tells steps that they run in docker, as whom, and gives them a folder of their own", () => {
    const [line = "", scratch] = logOf(boxed, "start").split("\n");
    expect(JSON.parse(line)).toMatchObject({ engine: "docker", uid: process.getuid?.() });
    expect(scratch).toBe("scratch: written");
    expect(logOf(here, "start")).toContain('"engine":"local"');
  });

  test("leaves no container", () => {
    expect(containersOf(boxed)).toEqual([]);
  });

  test("shows errors with the place in the user's own file", async () => {
    const failed = withRun(
      await millrace(["run", "flows/flow.ts", "--with", "docker", "--fails"], { cwd, env: IN_CONTAINERS }),
    );
    expect(failed.code).toBe(1);
    const text = textOf("flows/wide.ts").split("\n");
    const line = text.findIndex((one) => one.includes('new RangeError("told to fail")')) + 1;
    expect(failed.stderr).toContain("RangeError: told to fail");
    expect(failed.stderr).toContain(`flows/flow.ts:${line}`);
    expect(failed.stderr).toContain('throw new RangeError("told to fail")');
    expect(failed.stderr).not.toMatch(/\/tmp\/millrace-\w{6}\//);
  });

  test("shows a line of output while the step that wrote it goes on", async () => {
    const gate = temporaryFolder();
    const datastore = path.join(temporaryFolder(), "store");
    const file = fileURLToPath(new URL("flows/busy.ts", import.meta.url));
    const args = ["run", "--with", `docker:mounts=["${gate}:${gate}"]`, "--gate", gate];
    const run = startFlow(file, args, { datastore, env: IN_CONTAINERS });
    await run.said("waits to be let go");
    const task = await run.event((event) => event.type === "task-started" && event.step === "waits");
    const ends = run.events.filter((event) => event.type === "task-succeeded" && "task" in event);
    expect(ends).not.toContainEqual(expect.objectContaining({ task: (task as { task: number }).task }));
    fs.writeFileSync(path.join(gate, "go"), "");
    expect(await run.exit(), run.stderr()).toMatchObject({ code: 0 });
  });

  test("gives each step the packages of its own @env", async () => {
    const run = withRun(
      await millrace(["run", path.join(ROOT, "test/e2e/flows/environments.ts"), "--with", "docker"], {
        env: IN_CONTAINERS,
      }),
    );
    expect(run.code, run.stderr).toBe(0);
    expect(readArtifacts(run, "join")["versions"]).toMatchObject([
      { version: "6.10.4", determinant: 6, seed: "7" },
      { version: "6.12.1", determinant: 6, seed: null },
      { determinant: 6, seed: null },
    ]);
  });

  test.runIf(process.getuid?.() === 0)("leaves no file that belongs to another user than the launcher", async () => {
    const home = temporaryFolder();
    const folder = smallProject();
    // It leaves alone where links lead: one of them leads to this repository.
    expect(spawnSync("chown", ["-Rh", `${NOBODY}:${NOBODY}`, folder, home]).status).toBe(0);
    const datastore = path.join(home, "store");
    const { code, stderr } = await asNobody(["run", "flow.ts", "--with", "docker"], {
      cwd: folder,
      env: {
        ...process.env,
        ...IN_CONTAINERS,
        HOME: home,
        MILLRACE_CACHE: `${home}/cache`,
        MILLRACE_DATASTORE: datastore,
      },
    });
    expect(code, stderr).toBe(0);
    const files = fs.readdirSync(home, { recursive: true }) as string[];
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((name) => fs.lstatSync(path.join(home, name)).uid !== NOBODY)).toEqual([]);
    const run = withRun({ code, signal: null, stdout: "", stderr, events: [], datastore });
    expect(logOf(run, "start")).toBe(`uid ${NOBODY}\n`);
  });
});

const NOBODY = 65_534;

/** Runs the command line as a user who may use the engine and is not root. */
async function asNobody(
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<{ code: number | null; stderr: string }> {
  const { gid } = fs.statSync("/var/run/docker.sock");
  const child = spawn(process.execPath, [MILLRACE, ...args], {
    ...options,
    ...{ uid: NOBODY, gid },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stderr };
}

const BOTH = { name: `${DOCKER.name} and ${MOTO.name}`, missing: DOCKER.missing ?? MOTO.missing };

describeWith(BOTH, "run --with docker on a bucket", () => {
  const service = serviceForFile();

  test("gives the same bytes; a service on this machine is reached through its own network", async () => {
    const cwd = smallProject();
    const here = withRun(await millrace(["run", "flow.ts"], { cwd }));
    const { datastore, env } = service().machine(await service().store(), IN_CONTAINERS);
    const run = withRun(await millrace(["run", "flow.ts", "--with", "docker"], { cwd, datastore, env }));
    expect(run.code, run.stderr).toBe(0);
    expect(hashes(run)).toEqual(hashes(here));
    expect(containersOf(run)).toEqual([]);
  });
});
