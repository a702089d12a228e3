import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import {
  type Finished,
  type FlowRun,
  logOf,
  readArtifacts,
  resultOf,
  runFlow,
  tasksOf,
  tsx,
} from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";

const TOKEN = `tok'en/+"é7f3a91c55e02`;
const OTHER = "second-c0ffee-value";

/** Its first step has secrets, and hands one on; a helper of it goes on beside the second, which has none. */
const FLOW = `
import { spawn } from "node:child_process";
import fs from "node:fs";
import { catchError, checkpoint, current, FlowSpec, main, parameter, secrets, step } from "millrace";

const TALK = \`
  const { TOKEN } = process.env;
  const say = () => {
    console.log("as it is", TOKEN, JSON.stringify({ TOKEN }));
    console.error("base64", Buffer.from("user:" + TOKEN).toString("base64"), encodeURIComponent(TOKEN));
    console.log("bytes", Buffer.from(TOKEN), Buffer.from(TOKEN).toString("hex"));
  };
  setInterval(say, 50);
\`;

class CarriesFlow extends FlowSpec {
  @parameter() talk = false;
  connection = "";
  pid = 0;
  helper = 0;
  isHelperGone = false;
  second = 0;
  problem: Error | undefined;

  @secrets({ sources: [{ type: "env-file", path: "secrets.env" }] })
  @checkpoint()
  @step start() {
    this.pid = process.pid;
    this.connection = "postgres://me:" + process.env["TOKEN"] + "@host/db";
    current.checkpoint.save({ at: this.connection });
    // In the process group of its task, and one in a group of its own, as tunnels and agents are started.
    this.helper = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" }).pid ?? 0;
    if (this.talk) spawn(process.execPath, ["-e", TALK], { detached: true, stdio: "inherit" }).unref();
    this.next(this.middle);
  }

  @step async middle() {
    this.second = process.pid;
    console.log("connecting to", this.connection, "and", btoa("x" + this.connection.slice(14, -8)));
    if (this.talk) await new Promise((resolve) => setTimeout(resolve, 1000));
    for (let tries = 0; tries < 100 && !this.isHelperGone; tries += 1) {
      try {
        process.kill(this.helper, 0);
        await new Promise((resolve) => setTimeout(resolve, 50));
      } catch {
        this.isHelperGone = true;
      }
    }
    this.next(this.risky);
  }

  @catchError({ as: "problem" })
  @step risky() {
    if (this.pid > 0) throw new Error("cannot reach " + this.connection, { cause: Buffer.from(this.connection).toString("base64") });
    this.next(this.end);
  }

  @secrets({ sources: [{ type: "inline", vars: { OTHER: process.env["GIVEN_OTHER"] } }] })
  @step end() {
    console.log("problem:", this.problem?.message);
    throw new Error("no " + encodeURIComponent(this.connection) + " with " + process.env["OTHER"]);
  }
}

main(CarriesFlow);
`;

function project(): string {
  const files = {
    "flow.ts": FLOW,
    "secrets.env": `TOKEN=\`${TOKEN}\`\n`,
    "tsconfig.json": STANDARD,
    "package.json": ESM,
  };
  return path.join(makeProject(files), "flow.ts");
}

/** Every way in which the flow says them; base64 as far as it does not depend on what stands before. */
function forms(): string[] {
  const inBase64 = [5, 1, 14, 0].map((before) => {
    const text = Buffer.from(`${"x".repeat(before)}${TOKEN}`).toString("base64");
    return text.slice(Math.ceil((before * 4) / 3), -4);
  });
  const json = JSON.stringify(TOKEN).slice(1, -1);
  return [TOKEN, json, encodeURIComponent(TOKEN), Buffer.from(TOKEN).toString("hex"), ...inBase64, OTHER];
}

/** What of a store tells what went on: not the artifacts, which are stored as they are. */
function leaks({ stdout, stderr, datastore }: Finished): string[] {
  const texts = new Map([
    ["stdout", stdout],
    ["stderr", stderr],
  ]);
  for (const entry of fs.readdirSync(datastore, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && /\.log$|journal\.jsonl$/.test(entry.name)) texts.set(file, fs.readFileSync(file, "utf8"));
  }
  expect(texts.size).toBeGreaterThan(5);
  return [...texts].flatMap(([place, text]) =>
    forms()
      .filter((form) => text.includes(form))
      .map((form) => `${form} in ${place}`),
  );
}

const env = { GIVEN_OTHER: OTHER };

describe("a secret that leaves its step", () => {
  let file: string;
  let run: FlowRun;
  beforeAll(async () => {
    file = project();
    run = await runFlow(file, ["run"], { cwd: path.dirname(file), env });
    expect(run.code).toBe(1);
  });

  test("is masked in the logs and errors of steps that have none, in the journal and on the screen", () => {
    expect(logOf(run, "middle")).toMatch(/^connecting to postgres:\/\/me:\*\*\*@host\/db and \w+\*\*\*/);
    expect(tasksOf(run, "end")[0]?.error?.message).toMatch(/^no postgres.*\*\*\*.* with \*\*\*$/);
    expect(leaks(run)).toEqual([]);
  });

  test("is masked in the error that a result keeps, and in what @catchError gives to the flow", () => {
    expect(resultOf(run, "risky").error?.message).toBe("cannot reach postgres://me:***@host/db");
    expect((readArtifacts(run, "risky")["problem"] as Error).message).toBe("cannot reach postgres://me:***@host/db");
    expect(JSON.stringify(resultOf(run, "risky").error)).not.toContain(
      Buffer.from(TOKEN).toString("base64").slice(4, 12),
    );
  });

  test("is warned of where it is stored: the artifact, the checkpoint and the step are named, the value is not", () => {
    const log = logOf(run, "start", { stream: "stderr" });
    expect(log).toContain("warning: the artifact connection of step start holds a secret");
    expect(log).toContain("warning: the checkpoint of step start holds a secret");
    expect(log).not.toContain(TOKEN);
    // What passes through untouched is not stored anew.
    expect(logOf(run, "middle")).not.toContain("warning:");
  });

  test("ends with its task: neither its process nor what that started is there for the next one", () => {
    const { pid, second, isHelperGone } = readArtifacts(run, "middle");
    expect(second).not.toBe(pid);
    expect(isHelperGone).toBe(true);
  });

  test("is masked in what a step prints that is tried out alone", async () => {
    const at = { cwd: path.dirname(file), env, datastore: run.datastore };
    const spun = await tsx(file, ["spin", "middle"], at);
    expect(spun.stdout + spun.stderr).toContain("postgres://me:***@host/db");
    expect(leaks(spun)).toEqual([]);
  });

  test("leaves logs readable for their owner and the owner's group at most, as far as the umask allows", () => {
    const folder = path.join(run.datastore, "flows", run.flow, run.run, "logs");
    const logs = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(logs.length).toBeGreaterThan(1);
    // It cannot be asked without being set.
    const umask = process.umask(0o077);
    process.umask(umask);
    for (const { parentPath, name } of logs)
      expect(fs.statSync(path.join(parentPath, name)).mode & 0o777).toBe(0o660 & ~umask);
  });
});

test("a helper that was started to go on prints no secret into the logs of later steps", async () => {
  const file = project();
  const run = await runFlow(file, ["run", "--talk", "--max-workers", "1"], { cwd: path.dirname(file), env });
  expect(leaks(run)).toEqual([]);
});

const DIES = `
import { spawn } from "node:child_process";
import fs from "node:fs";
import { FlowSpec, main, secrets, step } from "millrace";
class DiesFlow extends FlowSpec {
  @secrets({ sources: [{ type: "env-file", path: "secrets.env" }] })
  @step start() {
    const helper = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
    fs.writeFileSync("helper", String(helper.pid));
    fs.writeSync(2, "dying with " + String(process.env["TOKEN"]).slice(0, -3));
    process.kill(process.pid, "SIGKILL");
    this.next(this.end);
  }
  @step end() {}
}
main(DiesFlow);
`;

test("a process that dies takes along what it started, and half a secret that it wrote last is masked", async () => {
  const cwd = makeProject({ "flow.ts": DIES, "secrets.env": `TOKEN=\`${TOKEN}\`\n`, "package.json": ESM });
  const run = await runFlow(path.join(cwd, "flow.ts"), ["run"], { cwd });
  expect(run.code).toBe(1);
  expect(logOf(run, "start")).toBe("dying with ***");
  const helper = Number(fs.readFileSync(path.join(cwd, "helper"), "utf8"));
  await vi.waitFor(() => expect(() => process.kill(helper, 0)).toThrow("ESRCH"), { timeout: 10_000 });
});
