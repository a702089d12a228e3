import fs from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { awsEnvironment, MOTO, motoForFile } from "../rigs/aws/moto.ts";
import { FOUND_IN_AWS, leaksIn, secretScene, withSource } from "../rigs/aws/secret-scene.ts";
import { keepSecret } from "../rigs/aws/kept-secrets.ts";
import { describeWith } from "../rigs/describe-with.ts";
import { logOf, millrace, readArtifacts, temporaryFolder, withRun } from "../rigs/harness.ts";

describeWith(MOTO, "secrets that AWS keeps", () => {
  const moto = motoForFile();
  let cwd: string;
  const surroundings = () => ({ datastore: path.join(temporaryFolder(), "store"), env: awsEnvironment(moto.url()) });
  beforeAll(async () => {
    cwd = (await secretScene(moto.url())).cwd;
  });

  test("are variables of their step alone: an object's by its keys, a text by the name, one that is picked", async () => {
    const run = withRun(await millrace(["run", "flow.ts"], { cwd, ...surroundings() }));
    expect(run.code, run.stderr).toBe(0);
    expect(readArtifacts(run, "end")).toMatchObject({ found: FOUND_IN_AWS, left: [] });
    expect(logOf(run, "start", { stream: "stdout" })).toBe('token *** *** "***"\n');
    expect(logOf(run, "start", { stream: "stderr" })).toMatch(/^base64 \S{0,6}\*\*\*\S{0,2}\n$/);
    expect(leaksIn(run.stdout + run.stderr)).toEqual([]);
    const entries = fs.readdirSync(run.datastore, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) expect(leaksIn(fs.readFileSync(file)), file).toEqual([]);
  });

  test("are read in the region that the source names, or that its ARN has", async () => {
    const arn = await keepSecret(moto.url(), { name: "far/ours-one", value: "of-another-region", region: "eu-west-1" });
    for (const source of [
      `{ type: "aws-secrets-manager", id: "${arn}" }`,
      `{ type: "aws-secrets-manager", id: "far/ours-one", region: "eu-west-1" }`,
    ]) {
      const run = withRun(await millrace(["run", "flow.ts"], { cwd: withSource(source), ...surroundings() }));
      expect(run.code, run.stderr).toBe(0);
      expect(readArtifacts(run, "end")).toMatchObject({ names: ["OURS_ONE"] });
    }
  });

  test.each([
    [
      '{ type: "aws-secrets-manager", id: "no/such" }',
      "AWS Secrets Manager does not give no/such: it does not exist there",
    ],
    [
      '{ type: "aws-parameter-store", name: "/no/such" }',
      "AWS Parameter Store does not give /no/such: it does not exist there",
    ],
    ['{ type: "aws-secrets-manager", id: "prod/db", key: "NO_KEY" }', "prod/db has no value for NO_KEY"],
    [
      '{ type: "aws-secrets-manager", id: "prod/api-token", key: "ONE" }',
      "prod/api-token is not a JSON object, and so has no ONE",
    ],
  ])("that cannot be had here end the command before anything runs: %s", async (source, text) => {
    const at = surroundings();
    const seen = await millrace(["run", "flow.ts"], { cwd: withSource(source), ...at });
    expect(seen.code, seen.stderr).toBe(2);
    expect(seen.stderr).toContain(`Cannot get the secrets of step start because ${text}`);
    expect(leaksIn(seen.stderr)).toEqual([]);
    expect(fs.existsSync(path.join(at.datastore, "flows"))).toBe(false);
  });

  test("say that nothing answers where AWS is away", async () => {
    const at = surroundings();
    const env = { ...at.env, AWS_ENDPOINT_URL: "http://127.0.0.1:9", AWS_MAX_ATTEMPTS: "1" };
    const seen = await millrace(["run", "flow.ts"], { cwd, ...at, env });
    expect(seen.code, seen.stderr).toBe(2);
    expect(seen.stderr).toContain("AWS Secrets Manager does not give prod/db: it cannot be reached");
  });
});
