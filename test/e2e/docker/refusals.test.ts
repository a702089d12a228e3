import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { DOCKER, IMAGE_WITHOUT_NODE } from "../../rigs/docker/engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { flow } from "../cli/flow-folder.ts";
import { logOf, millrace, ROOT, tasksOf, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";
import { startFlow } from "../resume/started-flow.ts";
import { containersOf, docker, IN_CONTAINERS } from "./containers.ts";

const SMALL = flow("  @step start() {\n    this.next(this.end);\n  }\n  @step end() {}");

function project(text = SMALL): string {
  return makeProject({ "flow.ts": text, "tsconfig.json": STANDARD, "package.json": ESM });
}

function run(cwd: string, { args = [], env = {} }: { args?: string[]; env?: Record<string, string> } = {}) {
  return millrace(["run", "flow.ts", "--with", "docker", ...args], { cwd, env: { ...IN_CONTAINERS, ...env } });
}

function hasRuns(datastore: string): boolean {
  return fs.existsSync(path.join(datastore, "flows"));
}

describeWith(DOCKER, "a run in containers is refused", () => {
  test("before it starts where no engine answers: the error says how to name one", async () => {
    const nowhere = `unix://${temporaryFolder()}/docker.sock`;
    const seen = await run(project(), { env: { DOCKER_HOST: nowhere } });
    expect(seen.code, seen.stderr).toBe(2);
    expect(seen.stderr).toContain("Cannot run steps in containers because no Docker engine answers");
    expect(seen.stderr).toContain("hint: start Docker, or set DOCKER_HOST to where it listens");
    expect(seen.stderr).not.toMatch(/^\s+at /m);
    expect(hasRuns(seen.datastore)).toBe(false);
  });

  test("before it starts where the image is not there and cannot be pulled", async () => {
    const image = "localhost:1/no-such-image";
    const seen = await run(project(), { env: { MILLRACE_IMAGE: image } });
    expect(seen.code, seen.stderr).toBe(2);
    expect(seen.stderr).toContain(
      `Cannot run start, end in containers because there is no image ${image} here and it cannot be pulled`,
    );
    expect(seen.stderr).toContain(
      "hint: build or pull an image with Node 20.19 or later and name it: @docker({ image })",
    );
    expect(hasRuns(seen.datastore)).toBe(false);
  });

  test("in its first step where the image has no Node: the error names Node, and no further attempt is made", async () => {
    const args = ["--with", "retry:times=3"];
    const seen = withRun(await run(project(), { args, env: { MILLRACE_IMAGE: IMAGE_WITHOUT_NODE } }));
    expect(seen.code, seen.stderr).toBe(1);
    const [start] = tasksOf(seen, "start");
    expect(start?.error?.message).toContain("this image has no program named node: choose one that has Node 20.19");
    expect(start).toMatchObject({ attempt: 0 });
    expect(containersOf(seen)).toEqual([]);
  });

  test("in a step whose @env asks for another Node than the image's and can get none, with both versions", async () => {
    const text = SMALL.replace("@step start", '@env({ node: "18" }) @step start').replace(
      "FlowSpec,",
      "env, FlowSpec,",
    );
    const seen = withRun(await run(project(text), { args: ["--with", "retry:times=3"], env: OFFLINE }));
    expect(seen.code, seen.stderr).toBe(1);
    const [start] = tasksOf(seen, "start");
    expect(start).toMatchObject({ attempt: 0, error: { code: "MILLRACE_NODE" } });
    expect(start?.error?.message).toMatch(
      /^Cannot run step start because its image has Node \d+\.\d+\.\d+ and @env asks for Node 18: none was brought\n {2}hint: /,
    );
    expect(seen.stderr).not.toMatch(/^\s+at .*container/m);
  });
});

/** No registry of npm answers. */
const OFFLINE = {
  npm_config_registry: "http://127.0.0.1:1/",
  npm_config_fetch_retries: "0",
  npm_config_cache: temporaryFolder(),
};

const TOKEN = 'in-a-"container"-4c1e77';

/** The token as it is, within JSON, and as base64 at each alignment, as small artifacts are stored. */
function forms(): string[] {
  const encoded = [0, 1, 2].map((shift) => {
    const text = Buffer.from(`${"x".repeat(shift)}${TOKEN}`).toString("base64");
    return text.slice(shift === 0 ? 0 : 4, Math.floor((TOKEN.length + shift) / 3) * 4);
  });
  return [TOKEN, JSON.stringify(TOKEN).slice(1, -1), ...encoded];
}

function filesWithToken(folder: string): string[] {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => path.join(entry.parentPath, entry.name));
  return files.filter((file) => forms().some((form) => fs.readFileSync(file).includes(form)));
}

function scene() {
  const folder = makeProject({
    "flow.ts": fs.readFileSync(path.join(ROOT, "test/e2e/docker/flows/secret.ts"), "utf8"),
    "secret.env": `CONTAINER_TOKEN='${TOKEN}'\n`,
    "tsconfig.json": STANDARD,
    "package.json": ESM,
  });
  const [datastore, gate, temporary] = [path.join(temporaryFolder(), "store"), temporaryFolder(), temporaryFolder()];
  const engine = ["--with", `docker:mounts=["${gate}:${gate}"]`];
  const options = { datastore, env: { ...IN_CONTAINERS, TMPDIR: temporary } };
  return {
    start: () => startFlow(path.join(folder, "flow.ts"), ["run", ...engine, "--gate", gate], options),
    resume: () => millrace(["resume", "flow.ts", ...engine], { ...options, cwd: folder }),
    letGo: () => fs.writeFileSync(path.join(gate, "go"), ""),
    datastore,
    temporary,
  };
}

describeWith(DOCKER, "a secret of a step in a container", () => {
  test("reaches the step, and lies in no file on its way", async () => {
    const { start, letGo, datastore, temporary } = scene();
    const started = start();
    await started.said("token ***");
    const [id = ""] = openDatastore(datastore).runs("SecretFlow");
    const [container = ""] = containersOf({ flow: "SecretFlow", run: id }, "start");
    const seen = docker("inspect", container);
    for (const form of forms()) expect(seen).not.toContain(form);
    expect(filesWithToken(temporary)).toEqual([]);

    letGo();
    const exit = await started.exit();
    const stdout = started.events.map((event) => JSON.stringify(event)).join("\n");
    const run = withRun({ ...exit, stdout, stderr: started.stderr(), events: started.events, datastore });
    expect(run.code, run.stderr).toBe(1);
    expect(tasksOf(run, "start")[0]?.error?.message).toBe("refused ***");
    expect(logOf(run, "start")).toBe("token ***\n");
    for (const form of forms()) expect(run.stdout + run.stderr).not.toContain(form);
    expect(fs.existsSync(path.join(datastore, "flows"))).toBe(true);
    expect([...filesWithToken(datastore), ...filesWithToken(temporary)]).toEqual([]);
  });

  test("does not stay on disk when the scheduler is killed, and resume hands it over anew", async () => {
    const { start, letGo, resume, datastore, temporary } = scene();
    const started = start();
    await started.said("token ***");
    process.kill(started.pid, "SIGKILL");
    await started.exit();
    expect(filesWithToken(temporary)).toEqual([]);
    letGo();
    const resumed = withRun({ ...(await resume()), datastore });
    expect(resumed.stderr).toContain("refused ***");
    expect([...filesWithToken(datastore), ...filesWithToken(temporary)]).toEqual([]);
  });

  test("is masked as well in a container whose step only has it from an artifact", async () => {
    const folder = makeProject({
      "flow.ts": CARRIED,
      "secret.env": `CARRIED_TOKEN='${TOKEN}'\n`,
      "tsconfig.json": STANDARD,
      "package.json": ESM,
    });
    const datastore = path.join(temporaryFolder(), "store");
    const finished = await millrace(["run", "flow.ts", "--remote"], { cwd: folder, datastore, env: IN_CONTAINERS });
    const run = withRun({ ...finished, datastore });
    expect(run.code, run.stderr).toBe(1);
    expect(logOf(run, "inside")).toBe("ask me:*** or ***, own variable: undefined\n");
    expect(tasksOf(run, "inside")[0]?.error?.message).toBe("refused me:***");
    for (const form of forms()) expect(run.stdout + run.stderr).not.toContain(form);
  });
});

const CARRIED = `
import { docker, FlowSpec, main, secrets, step } from "millrace";
class CarriedFlow extends FlowSpec {
  login!: string;
  @secrets({ sources: [{ type: "env-file", path: "secret.env" }] })
  @step start() {
    this.login = "me:" + process.env["CARRIED_TOKEN"];
    this.next(this.inside);
  }
  @docker({})
  @step inside() {
    console.log("ask", this.login, "or", Buffer.from(this.login.slice(3)).toString("base64") + ", own variable:", process.env["CARRIED_TOKEN"]);
    if (this.login !== "") throw new Error("refused " + this.login);
    this.next(this.end);
  }
  @step end() {}
}
main(CarriedFlow);
`;
