import { once } from "node:events";
import net from "node:net";
import path from "node:path";
import { expect, test } from "vitest";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { logOf, millrace, readArtifacts, tasksOf, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";
import { IN_CONTAINERS } from "./containers.ts";

const TOKEN = "of-another-step-51d0c2";
const REVERSED = Array.from(TOKEN).reverse().join("");

/** Its second step has no secrets, knows what to look for, and looks for it wherever a step's code may look. */
const FLOW = `
import fs from "node:fs";
import path from "node:path";
import { FlowSpec, main, secrets, step } from "millrace";

function filesBelow(place: string): string[] {
  try {
    if (!fs.statSync(place).isDirectory()) return [place];
    const names = fs.readdirSync(place, { recursive: true, withFileTypes: true });
    return names.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, "latin1");
  } catch {
    return "";
  }
}

class CuriousFlow extends FlowSpec {
  turned = "";
  places = 0;
  found: string[] = [];
  @secrets({ sources: [{ type: "env-file", path: "secret.env" }] })
  @step start() {
    this.turned = [...process.env["OTHERS_TOKEN"] ?? ""].reverse().join("");
    this.next(this.curious);
  }
  @step curious() {
    const token = [...this.turned].reverse().join("");
    const mounts = read("/proc/self/mounts").split("\\n").map((line) => line.split(" ")[1] ?? "");
    const ours = mounts.filter((place) => place !== "/" && !/^\\/(proc|sys|dev)\\b/.test(place));
    const processes = fs.readdirSync("/proc").filter((name) => /^(\\d+|self)$/.test(name));
    const told = processes.flatMap((id) => ["environ", "cmdline", "mounts", "mountinfo"].map((name) => "/proc/" + id + "/" + name));
    const files = [...new Set([...told, ...["/run", "/tmp", "/var/run", ...ours].flatMap(filesBelow)])];
    this.places = files.filter((file) => read(file) !== "").length;
    this.found = files.filter((file) => read(file).includes(token));
    this.found.push(...Object.entries(process.env).filter(([, value]) => value?.includes(token)).map(([name]) => "$" + name));
    this.found.push(...[...process.argv, ...process.execArgv].filter((text) => text.includes(token)));
    this.found.push(...mounts.filter((place) => /secret/.test(place)));
    console.log("it is " + token);
    this.next(this.end);
  }
  @step end() {}
}
main(CuriousFlow);
`;

function project(): string {
  return makeProject({
    "flow.ts": FLOW,
    "secret.env": `OTHERS_TOKEN='${TOKEN}'\n`,
    "tsconfig.json": STANDARD,
    "package.json": ESM,
  });
}

/** A way to the engine that cuts what is sent to a container's stdin in half. */
async function openCuttingDoor() {
  const place = path.join(temporaryFolder(), "docker.sock");
  const server = net.createServer((client) => {
    const engine = net.connect("/var/run/docker.sock");
    let isAttached = false;
    client.on("data", (bytes) => {
      if (isAttached) engine.end(bytes.subarray(0, bytes.length >> 1));
      else engine.write(bytes);
      isAttached ||= bytes.includes("/attach?");
    });
    client.on("error", () => undefined).on("close", () => engine.destroy());
    engine.on("error", () => undefined).pipe(client);
  });
  await once(server.listen(place), "listening");
  return { place, close: () => server.close() };
}

describeWith(DOCKER, "a container's step", () => {
  test("finds no file, variable, argument or mount with another step's secret, which is masked all the same", async () => {
    const datastore = path.join(temporaryFolder(), "store");
    const options = { cwd: project(), datastore, env: IN_CONTAINERS };
    const run = withRun({ ...(await millrace(["run", "flow.ts", "--with", "docker"], options)), datastore });
    expect(run.code, run.stderr).toBe(0);
    const seen = readArtifacts(run, "end");
    expect(seen).toMatchObject({ turned: REVERSED, found: [] });
    expect(seen["places"]).toBeGreaterThan(20);
    expect(logOf(run, "curious")).toBe("it is ***\n");
  });

  test("does not begin where only half of its secrets arrived: the error says so, and nothing of them", async () => {
    const door = await openCuttingDoor();
    const datastore = path.join(temporaryFolder(), "store");
    const options = { cwd: project(), datastore, env: { ...IN_CONTAINERS, DOCKER_HOST: `unix://${door.place}` } };
    const run = withRun({ ...(await millrace(["run", "flow.ts", "--with", "docker"], options)), datastore });
    door.close();
    expect(run.code, run.stderr).toBe(1);
    const error = tasksOf(run, "start")[0]?.error;
    expect(error).toMatchObject({ code: "MILLRACE_NOT_HANDED_OVER" });
    expect(error?.message).toMatch(/^Cannot begin because .* or not at all: \d+ bytes came before stdin ended/);
    expect(run.stdout + run.stderr).not.toContain(TOKEN.slice(0, 8));
  });
});
