import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { BatchClient, UpdateJobQueueCommand } from "@aws-sdk/client-batch";
import { CloudFormationClient, CreateStackCommand } from "@aws-sdk/client-cloudformation";
import { beforeAll, describe, expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { awsEnvironment, makeBucket, MOTO, motoForFile } from "../../rigs/aws/moto.ts";
import { createStack, CREDENTIALS, TEMPLATE } from "../../rigs/aws/stack.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { MILLRACE, millrace, temporaryFolder } from "../../rigs/harness.ts";

const FILE = "millrace.config.json";
const NOWHERE = { ...awsEnvironment("http://127.0.0.1:1"), MILLRACE_DATASTORE: "" };

function project(content?: unknown): string {
  const cwd = temporaryFolder();
  if (content !== undefined) fs.writeFileSync(path.join(cwd, FILE), `${JSON.stringify(content, null, 2)}\n`);
  return cwd;
}

function fileOf(cwd: string): unknown {
  return JSON.parse(fs.readFileSync(path.join(cwd, FILE), "utf8"));
}

describe("configure aws, without AWS", () => {
  const configure = (cwd: string, ...args: string[]) => millrace(["configure", "aws", ...args], { cwd, env: NOWHERE });

  test("prints the template as it is shipped", async () => {
    const printed = await configure(project(), "--template");
    expect(printed).toMatchObject({ code: 0, stderr: "", stdout: fs.readFileSync(TEMPLATE, "utf8") });
  });

  test("asks nobody where there is no terminal: it names the options that it lacks", async () => {
    const cwd = project({ batchQueue: "gpus" });
    const lacking = await configure(cwd);
    expect(lacking.code).toBe(2);
    expect(lacking.stderr).toMatch(/because settings are missing and there is no terminal to ask on: --datastore\n/);
    expect(lacking.stderr).toContain("--stack NAME");
    expect(fileOf(cwd)).toEqual({ batchQueue: "gpus" });
  });

  test("tells of all values at once that cannot be right", async () => {
    const wrong = await configure(project(), "--datastore", "runs", "--queue", "a queue", "--job-role", "me");
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('--datastore: "runs"; wanted: s3://bucket/prefix');
    expect(wrong.stderr).toContain('--queue: "a queue"; wanted: the name or the ARN of a job queue');
    expect(wrong.stderr).toContain('--job-role: "me"; wanted: an ARN');
  });

  test("writes untried settings down, and leaves what else the file holds as it is", async () => {
    const cwd = project({ ours: { deep: [1, 2] }, image: "team/steps:1", datastore: "runs" });
    const inside = path.join(cwd, "flows");
    fs.mkdirSync(inside);
    const args = ["--no-verify", "--datastore", "s3://bucket/runs", "--queue", "gpus"];
    const written = await configure(inside, ...args);
    expect(written.code, written.stderr).toBe(0);
    expect(written.stdout).toBe(
      [
        `wrote ${path.join(cwd, FILE)}`,
        ...["- datastore: runs", "+ datastore: s3://bucket/runs", "+ batchQueue: gpus", "  image: team/steps:1"],
        "not tried out, as --no-verify says\n",
      ].join("\n"),
    );
    const expected = {
      ours: { deep: [1, 2] },
      image: "team/steps:1",
      datastore: "s3://bucket/runs",
      batchQueue: "gpus",
    };
    expect(fileOf(cwd)).toEqual(expected);
    expect(Object.keys(fileOf(cwd) as object)).toEqual(Object.keys(expected));
    expect(fs.readdirSync(cwd).sort()).toEqual(["flows", FILE]);
    expect((await configure(inside, ...args)).stdout).toMatch(/^nothing to change in /);
  });

  test("says that it cannot reach AWS, and where it looked for it", async () => {
    const cwd = project();
    const away = await configure(cwd, "--stack", "team");
    expect(away.code).toBe(1);
    expect(away.stderr).toMatch(/Cannot read the stack team because it cannot be reached/);
    expect(away.stderr).toContain("127.0.0.1:1");
    expect(fs.existsSync(path.join(cwd, FILE))).toBe(false);
  });

  test("reads no file that is not JSON, and leaves it", async () => {
    const cwd = project();
    fs.writeFileSync(path.join(cwd, FILE), "{ datastore: ");
    const refused = await configure(cwd, "--no-verify", "--datastore", "s3://bucket/runs", "--queue", "gpus");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("because the file cannot be read as JSON");
    expect(fs.readFileSync(path.join(cwd, FILE), "utf8")).toBe("{ datastore: ");
  });
});

describeWith(MOTO, "configure aws", () => {
  const moto = motoForFile();
  let outputs: Record<string, string> = {};

  beforeAll(async () => {
    const parameters = { GpuInstanceTypes: "g5.xlarge", StepFunctionsPrefix: "films" };
    outputs = await createStack(moto.url(), { name: "team-one", parameters });
    Object.assign(process.env, awsEnvironment(moto.url()));
  });

  const environment = () => ({ ...awsEnvironment(moto.url()), MILLRACE_DATASTORE: "" });
  const configure = (cwd: string, ...args: string[]) =>
    millrace(["configure", "aws", ...args], { cwd, env: environment() });
  const fromStack = () => ({
    datastore: outputs["Datastore"],
    batchQueue: outputs["JobQueue"],
    batchJobRole: outputs["JobRole"],
    batchExecutionRole: outputs["ExecutionRole"],
    stepFunctionsRole: outputs["StateMachineRole"],
    stepFunctionsEventRole: outputs["EventRole"],
    stepFunctionsPrefix: "films",
  });

  test("takes all from a stack, tries it out, and leaves nothing in the bucket", async () => {
    const cwd = project();
    const written = await configure(cwd, "--stack", "team-one", "--image", "team/steps:3");
    expect(written.code, written.stderr).toBe(0);
    expect(fileOf(cwd)).toEqual({ ...fromStack(), image: "team/steps:3" });
    expect(written.stdout).toContain(`+ datastore: ${outputs["Datastore"]}\n+ batchQueue: ${outputs["JobQueue"]}\n`);
    expect(written.stdout).toContain("tried out: an object was written, read and removed; the job queue takes jobs");
    expect(written.stdout).toContain(`@batch({ queue: "${outputs["GpuJobQueue"]}", gpu: 1 })`);
    const { storage } = openDatastore(outputs["Datastore"]!);
    expect([...storage.walk("")]).toEqual([]);
  });

  test("prints JSON alone under --json", async () => {
    const cwd = project({ batchQueue: "old" });
    const written = await configure(cwd, "--stack", "team-one", "--json");
    expect(JSON.parse(written.stdout)).toMatchObject({
      file: path.join(cwd, FILE),
      settings: fromStack(),
      changes: { batchQueue: { before: "old", after: outputs["JobQueue"] }, datastore: { before: null } },
      isVerified: true,
      gpuQueue: outputs["GpuJobQueue"],
      overriddenBy: [],
    });
  });

  test("writes the ARN of a queue that was named", async () => {
    const cwd = project();
    const name = outputs["JobQueue"]!.split("/").at(-1)!;
    const written = await configure(cwd, "--datastore", outputs["Datastore"]!, "--queue", name);
    expect(written.code, written.stderr).toBe(0);
    expect(fileOf(cwd)).toEqual({ datastore: outputs["Datastore"], batchQueue: outputs["JobQueue"] });
  });

  test("suggests the queue that was meant, and writes nothing", async () => {
    const cwd = project();
    const name = outputs["JobQueue"]!.split("/").at(-1)!;
    const refused = await configure(cwd, "--datastore", outputs["Datastore"]!, "--queue", name.toLowerCase().slice(1));
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("because this account and region have none of that name");
    expect(refused.stderr).toContain(`did you mean ${name}?`);
    expect(fs.existsSync(path.join(cwd, FILE))).toBe(false);
  });

  test("takes no queue that is disabled", async () => {
    const { JobQueue } = await createStack(moto.url(), { name: "resting" });
    const client = new BatchClient({ endpoint: moto.url(), region: "us-east-1", credentials: CREDENTIALS });
    await client.send(new UpdateJobQueueCommand({ jobQueue: JobQueue, state: "DISABLED" }));
    const refused = await configure(project(), "--stack", "resting");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/because it takes no jobs: it is DISABLED and VALID\n {2}wanted: ENABLED and VALID/);
  });

  test("says that there is no such bucket", async () => {
    const refused = await configure(project(), "--stack", "team-one", "--datastore", "s3://not-there-at-all/runs");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("because there is no bucket not-there-at-all");
  });

  test("suggests the stack that was meant, and knows one that is not of its template", async () => {
    const refused = await configure(project(), "--stack", "team-on");
    expect(refused.stderr).toContain("did you mean team-one?");
    const client = new CloudFormationClient({ endpoint: moto.url(), region: "us-east-1", credentials: CREDENTIALS });
    const template = { Resources: { Topic: { Type: "AWS::SNS::Topic" } }, Outputs: { Name: { Value: "a topic" } } };
    await client.send(new CreateStackCommand({ StackName: "other", TemplateBody: JSON.stringify(template) }));
    const other = await configure(project(), "--stack", "other");
    expect(other.code).toBe(2);
    expect(other.stderr).toContain("because it lacks outputs: Datastore, JobQueue, JobRole, ExecutionRole");
    expect(other.stderr).toContain("outputs: Name\n");
  });

  test("notes the variables that come before the file", async () => {
    const env = { ...environment(), MILLRACE_DATASTORE: "s3://elsewhere/runs", MILLRACE_IMAGE: "other" };
    const written = await millrace(["configure", "aws", "--stack", "team-one"], { cwd: project(), env });
    expect(written.stdout).toContain("note: MILLRACE_DATASTORE is set here and comes before the file");
    expect(written.stdout).not.toContain("MILLRACE_IMAGE is set");
  });

  test("asks at a terminal for what is missing, again where an answer cannot be right", async ({ skip }) => {
    if (spawnSync("script", ["--version"]).error !== undefined) skip("the program script of util-linux is not there");
    const cwd = project({ batchJobRole: outputs["JobRole"] });
    const datastore = `s3://${await makeBucket(moto.url())}/runs`;
    const asked = await atTerminal(cwd, ["nowhere", datastore, outputs["JobQueue"]!, "", "team/steps:3"]);
    expect(asked.status, asked.stdout).toBe(0);
    expect(asked.stdout).toContain('"nowhere"; wanted: s3://bucket/prefix');
    expect(fileOf(cwd)).toEqual({
      batchJobRole: outputs["JobRole"],
      datastore,
      batchQueue: outputs["JobQueue"],
      image: "team/steps:3",
    });
  });

  test("writes nothing if a question is not answered", async ({ skip }) => {
    if (spawnSync("script", ["--version"]).error !== undefined) skip("the program script of util-linux is not there");
    const cwd = project();
    const asked = await atTerminal(cwd, [outputs["Datastore"]!], { endsAt: "job queue of AWS Batch" });
    expect(asked.status, asked.stdout).toBe(1);
    expect(asked.stdout).toContain("because a question was not answered: nothing was written");
    expect(fs.existsSync(path.join(cwd, FILE))).toBe(false);
  });

  /** Types the answers at once; Ctrl-D where a question is asked that has none. */
  async function atTerminal(cwd: string, answers: readonly string[], { endsAt }: { endsAt?: string } = {}) {
    const child = spawn("script", ["-qec", `"${process.execPath}" "${MILLRACE}" configure aws`, "/dev/null"], {
      cwd,
      env: { ...process.env, ...environment() },
      stdio: ["pipe", "pipe", "inherit"],
    });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      // Before the program listens, Ctrl-D would be no key but a mark in the terminal's input, which it then drops.
      if (endsAt !== undefined && stdout.includes(endsAt)) child.stdin.end();
    });
    child.stdin.write(answers.map((answer) => `${answer}\n`).join(""));
    const [status] = (await once(child, "close")) as [number | null];
    return { status, stdout };
  }
});
