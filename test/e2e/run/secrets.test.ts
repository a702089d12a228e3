import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type Finished, logOf, readArtifacts, ROOT, runFlow, tasksOf, tsx } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";

const TOKEN = 'file-"token"-7f3a91';
const KEY_LINES = ["-----BEGIN KEY-----", "bGluZSBvbmUgb2YgaXQ", "bGluZSB0d28gb2YgaXQ", "-----END KEY-----"];
const KEY = KEY_LINES.join("\n");
const INLINE = "inline-token-c55e02";
const SECRETS = [TOKEN, INLINE, ...KEY_LINES];
const ENV_FILE = `FILE_TOKEN='${TOKEN}'\nFILE_KEY="${KEY}"\n`;
const FLOW = fs.readFileSync(path.join(ROOT, "test/e2e/flows/secrets.ts"), "utf8");

/** The flow in a folder that is not the one from which it is started. */
function project(envFile: string | null = ENV_FILE): { file: string; folder: string } {
  const files = { "flows/flow.ts": FLOW, "tsconfig.json": STANDARD, "package.json": ESM };
  const folder = makeProject(envFile === null ? files : { ...files, "flows/secrets.env": envFile });
  return { file: path.join(folder, "flows/flow.ts"), folder };
}

/** Secrets that are anywhere in what a command printed or stored. */
function leaks({ stdout, stderr, datastore }: Finished): string[] {
  const places: [string, Buffer][] = [
    ["stdout", Buffer.from(stdout)],
    ["stderr", Buffer.from(stderr)],
  ];
  for (const entry of fs.readdirSync(datastore, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile()) places.push([file, fs.readFileSync(file)]);
  }
  expect(places.length).toBeGreaterThan(4);
  return places.flatMap(([place, bytes]) =>
    formsOfSecrets()
      .filter((form) => bytes.includes(form))
      .map((form) => `${form} in ${place}`),
  );
}

/** As they are, and as base64 at each of the three alignments: small artifacts are stored so. */
function formsOfSecrets(): string[] {
  return SECRETS.flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    ...[0, 1, 2].map((shift) => {
      const text = Buffer.from(`${"x".repeat(shift)}${secret}`).toString("base64");
      return text.slice(shift === 0 ? 0 : 4, Math.floor((secret.length + shift) / 3) * 4);
    }),
  ]);
}

describe("@secrets", () => {
  test("gives the variables to that step alone, from a file beside the flow and from the code", async () => {
    const { file, folder } = project();
    const run = await runFlow(file, ["run", "--max-workers", "1"], { cwd: folder, env: { GIVEN_TOKEN: INLINE } });
    expect(run.code, run.stderr).toBe(0);
    const none = { FILE_TOKEN: 0, FILE_KEY: 0, INLINE_TOKEN: 0 };
    const fromFile = { FILE_TOKEN: TOKEN.length, FILE_KEY: KEY.length };
    expect(readArtifacts(run, "end")["seen"]).toEqual({
      start: none,
      use: { ...fromFile, INLINE_TOKEN: INLINE.length },
      caught: { ...fromFile, INLINE_TOKEN: 0 },
      end: none,
    });
  });

  test("shows *** in the output of the task and of its children, line by line for a key of many lines", async () => {
    const { file, folder } = project();
    const run = await runFlow(file, ["run"], { cwd: folder, env: { GIVEN_TOKEN: INLINE } });
    expect(logOf(run, "use", { stream: "stdout" }).trimEnd().split("\n")).toEqual([
      "file *** inline <***>",
      "***",
      "***",
      "***",
      "***",
      "{ nested: { token: '***' } }",
      '{"token":"***"}',
      "in *** two",
      "child ***",
    ]);
    expect(logOf(run, "use", { stream: "stderr" }).trimEnd().split("\n")).toEqual([
      "file *** inline <***>",
      "child ***",
    ]);
    expect(leaks(run)).toEqual([]);
  });

  test("keeps them out of an error that @catchError stores, and of what prints it", async () => {
    const { file, folder } = project();
    const run = await runFlow(file, ["run"], { cwd: folder, env: { GIVEN_TOKEN: INLINE } });
    const problem = readArtifacts(run, "end")["problem"] as Error;
    expect(problem.name).toBe("RangeError");
    expect(problem.message).toBe("bad key:\n***");
    expect(logOf(run, "end")).toContain("***");
  });

  test.each([
    ["for people", []],
    ["as JSON", ["--json"]],
  ])("keeps them out of the report of a failure %s, its cause, and all that is stored of it", async (_, flags) => {
    const { file, folder } = project();
    const args = ["run", "--fails", ...flags];
    const run = await runFlow(file, args, { cwd: folder, env: { GIVEN_TOKEN: INLINE } });
    expect(run.code).toBe(1);
    expect(run.stdout + run.stderr).toContain("refused ***");
    expect(tasksOf(run, "use")[0]?.error).toMatchObject({ message: "refused ***", causes: ["'***'"] });
    expect(leaks(run)).toEqual([]);
    const inspected = await tsx(file, ["logs", `${run.flow}/${run.run}/use/${tasksOf(run, "use")[0]?.task}`], {
      cwd: folder,
      datastore: run.datastore,
    });
    expect(inspected.stdout, inspected.stderr).toContain("***");
    expect(leaks(inspected)).toEqual([]);
  });

  test("a missing file stops the run before it starts, and names it", async () => {
    const { file, folder } = project(null);
    const { code, stderr, datastore } = await tsx(file, ["run"], { cwd: folder, env: { GIVEN_TOKEN: INLINE } });
    expect(code).toBe(2);
    expect(stderr).toContain("Cannot get the secrets of step use because their file cannot be read:");
    expect(stderr).toContain(path.join("flows", "secrets.env"));
    expect(stderr).toContain("relative to the flow's file");
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(fs.existsSync(path.join(datastore, "flows"))).toBe(false);
  });

  test("a missing value stops the run before it starts, and is named", async () => {
    const { file, folder } = project();
    const { code, stderr, datastore } = await tsx(file, ["run"], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain("Cannot get the secrets of step use because they have no value: INLINE_TOKEN");
    expect(fs.existsSync(path.join(datastore, "flows"))).toBe(false);
  });
});
