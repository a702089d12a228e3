import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { MOTO } from "../../rigs/aws/moto.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { flow, flowFolder } from "../cli/flow-folder.ts";
import { millrace, readArtifacts, ROOT, temporaryFolder, tsx, withRun } from "../../rigs/harness.ts";
import { scene } from "../resume/trace.ts";
import { flowFile, startFlow } from "../resume/started-flow.ts";
import { serviceForFile } from "./bucket-for-file.ts";
import { startFollower } from "./follower.ts";

const SHAPES = flowFile("shapes.ts");
/** Says something, and more once a file is there. */
const TALKS = flow(`
  @step async start() {
    const { existsSync } = await import("node:fs");
    const say = (at: number) => console.log("line " + at + " " + "ü".repeat(500));
    say(0);
    while (!existsSync(process.env["GATE"]!)) await new Promise((resolve) => setTimeout(resolve, 20));
    for (let at = 1; at < 400; at += 1) say(at);
    this.next(this.end);
  }
  @step end() {}`);

/** Its middle step fails until it is mended. */
const FAILS_ONCE = flow(`
  big!: Float64Array;
  numbers!: number[];
  sum!: number;
  async ran(name: string) {
    const { appendFileSync } = await import("node:fs");
    appendFileSync(process.env["TRACE"]!, name + "\\n");
  }
  @step async start() {
    this.big = new Float64Array(1000).fill(7);
    this.numbers = Array.from({ length: 1000 }, (_, at) => at);
    await this.ran("start");
    this.next(this.middle);
  }
  @step async middle() {
    if (process.env["FIXED"] === undefined) throw new Error("not mended yet");
    this.sum = this.numbers.reduce((sum, one) => sum + one, 0);
    await this.ran("middle");
    this.next(this.end);
  }
  @step async end() {
    await this.ran("end");
  }`);

const HELLO = path.join(ROOT, "examples/hello.ts");

describeWith(MOTO, "a datastore in a bucket", () => {
  const service = serviceForFile();

  test("what one machine runs every command shows on another, as it would from a folder", async () => {
    const datastore = await service().store();
    const [here, there] = [service().machine(datastore), service().machine(datastore)];
    // One task at a time: else who ends first decides in which order they are listed.
    const inTurn = ["--max-workers", "1"];
    const run = withRun(await millrace(["run", SHAPES, "--tag", "nightly", ...inTurn], here));
    expect(run.code, run.stderr).toBe(0);
    expect(readArtifacts(run, "end")).toMatchObject({ result: "sum 30 after 3", total: 30 });
    const folder = withRun(
      await millrace(["run", SHAPES, ...inTurn], { datastore: path.join(temporaryFolder(), "store") }),
    );

    for (const command of ["runs", "status", "dump"]) {
      const args = [command, SHAPES, "--json"];
      const [seen, local] = [await millrace(args, there), await millrace(args, { datastore: folder.datastore })];
      expect(seen.code, seen.stderr).toBe(0);
      expect(shapeOf(seen.stdout)).toEqual(shapeOf(local.stdout));
    }
    expect((await millrace(["status", SHAPES], there)).stdout).toContain("succeeded");
    expect((await millrace(["dump", SHAPES, "latest/end"], there)).stdout).toContain("sum 30 after 3");
    expect((await tsx(SHAPES, ["dump", "latest/end"], there)).stdout).toContain("sum 30 after 3");
  });

  test("tags that two machines give at once are all kept", async () => {
    const datastore = await service().store();
    const machines = [service().machine(datastore), service().machine(datastore)];
    const run = withRun(await millrace(["run", HELLO], machines[0]));
    const given = await Promise.all(
      machines.map((at, index) => millrace(["tag", "add", HELLO, run.run, `from-${index}`], at)),
    );
    expect(given.map(({ code }) => code)).toEqual([0, 0]);
    const listed = await millrace(["tag", "list", HELLO, "latest"], machines[1]);
    expect(listed.stdout.trim().split("\n").sort()).toEqual(["from-0", "from-1"]);
    expect((await millrace(["runs", HELLO, "--tag", "from-1"], machines[0])).stdout).toContain(run.run);
  });

  test("logs are those of a folder, and logs --follow shows them while the run goes on elsewhere", async () => {
    const cwd = flowFolder({ "talks.ts": TALKS });
    const file = path.join(cwd, "talks.ts");
    const gate = path.join(cwd, "gate");
    const datastore = await service().store();
    const [here, there] = [service().machine(datastore, { GATE: gate }), service().machine(datastore)];
    const run = startFlow(file, ["run"], here);
    await run.event((event) => event.type === "task-started");
    const follower = startFollower(file, there);
    await follower.said("line 0");
    fs.writeFileSync(gate, "");
    expect(await run.exit()).toMatchObject({ code: 0 });
    expect(await follower.end()).toBe(0);
    const lines = Array.from({ length: 400 }, (_, at) => `line ${at} ${"ü".repeat(500)}`);
    expect(follower.lines().filter((line) => line.includes("line "))).toHaveLength(lines.length);
    const logs = await millrace(["logs", file, "latest/start"], there);
    for (const at of [0, 1, 199, 399]) expect(logs.stdout).toContain(lines[at]);
    expect(logs.stdout.split("\n").filter((line) => line.includes("line "))).toHaveLength(lines.length);
  });

  test("a run that fails on one machine is resumed on the other, and nothing is done twice", async () => {
    const { env, ran } = scene();
    const cwd = flowFolder({ "flow.ts": FAILS_ONCE });
    const file = path.join(cwd, "flow.ts");
    const datastore = await service().store();
    const [here, there] = [service().machine(datastore, env), service().machine(datastore, { ...env, FIXED: "1" })];
    const failed = await millrace(["run", file], here);
    expect(failed.code).toBe(1);
    const resumed = withRun(await millrace(["resume", file], there));
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(readArtifacts(resumed, "end")).toMatchObject({ sum: 499_500, big: new Float64Array(1000).fill(7) });
    expect(ran()).toEqual(["end", "middle", "start"]);
  });
});

/** Names and kinds of what a command printed as JSON, whatever the values. */
function shapeOf(json: string): unknown {
  const shape = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shape);
    if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shape(one)]));
  };
  return shape(withoutTags(JSON.parse(json)));
}

function withoutTags(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (name, one: unknown) => (name === "tags" ? [] : one)));
}
