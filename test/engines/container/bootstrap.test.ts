import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { containerCommand } from "../../../runtime/engines/container/container-command.ts";
import { s3Storage } from "../../../runtime/datastore/s3/s3-storage.ts";
import { processSettings } from "../../../runtime/config.ts";
import { awsEnvironment, MOTO } from "../../rigs/aws/moto.ts";
import { internalError, slowDown } from "../../rigs/aws/proxy/fault.ts";
import { ROOT, temporaryFolder } from "../../rigs/harness.ts";
import { serviceForFile } from "../../e2e/s3/bucket-for-file.ts";
import { describeWith } from "../../rigs/describe-with.ts";

const RUNTIME = fs.readFileSync(path.join(ROOT, "dist/container-runtime.gz"));
const HASH = createHash("sha256").update(RUNTIME).digest("hex");
const KEY = `blobs/sha256/${HASH.slice(0, 2)}/${HASH.slice(2)}`;

/** What a container executes, here in a process of this machine with nothing but these variables. */
function boot(env: Readonly<Record<string, string>>): Promise<{ code: number | null; stderr: string }> {
  const [program = "", ...args] = containerCommand();
  const child = spawn(program, args, {
    env: {
      PATH: process.env.PATH ?? "",
      MILLRACE_GROUP: "flows/F/r/jobs/g/group.jsonl",
      TMPDIR: temporaryFolder(),
      ...env,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stderr })));
}

/** Where Millrace itself has been reached: it finds no job. */
const REACHED = {
  code: 96,
  stderr: expect.stringMatching(/^millrace: .*there is no flows\/F\/r\/jobs\/g\/group\.jsonl in /),
};

describe("the first thing that a container executes", () => {
  test("leaves most of the 8,192 characters that AWS allows for it and all variables together", () => {
    expect(containerCommand().join(" ").length).toBeLessThan(4500);
  });

  test("takes Millrace from a datastore that is a folder", async () => {
    const folder = temporaryFolder();
    fs.mkdirSync(path.dirname(path.join(folder, KEY)), { recursive: true });
    fs.writeFileSync(path.join(folder, KEY), RUNTIME);
    expect(await boot({ MILLRACE_RUNTIME: HASH, MILLRACE_DATASTORE: folder })).toMatchObject(REACHED);
  });

  test("or from a file", async () => {
    const file = path.join(ROOT, "dist/container-runtime.bin");
    expect(await boot({ MILLRACE_RUNTIME: file, MILLRACE_DATASTORE: temporaryFolder() })).toMatchObject(REACHED);
  });

  test("says what it lacks", async () => {
    const { code, stderr } = await boot({ MILLRACE_RUNTIME: "/no/file", MILLRACE_DATASTORE: temporaryFolder() });
    expect({ code, stderr }).toMatchObject({
      code: 95,
      stderr: expect.stringMatching(/^millrace: cannot get ready because ENOENT.*\/no\/file/),
    });
  });

  test("says that the image has no Node", async () => {
    const [, , script = ""] = containerCommand();
    const child = spawn("/bin/sh", ["-c", script, "0"], {
      env: { PATH: "/no/programs" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(94);
    expect(stderr).toBe("millrace: this image has no program named node: choose one that has Node 20.19 or later\n");
  });
});

describeWith(MOTO, "from a bucket it takes Millrace", () => {
  const service = serviceForFile();

  async function stored(bytes: Uint8Array): Promise<{ datastore: string; env: Record<string, string> }> {
    const datastore = await service().store();
    const { s3, env: around } = processSettings().store;
    s3Storage(datastore, { settings: s3, env: around }).write(KEY, [bytes]);
    const env = { ...awsEnvironment(service().proxy.url), MILLRACE_RUNTIME: HASH, MILLRACE_DATASTORE: datastore };
    return { datastore, env };
  }

  test("though the service is down or asks for less now and then", async () => {
    const { env } = await stored(RUNTIME);
    const on = { op: "get", key: KEY } as const;
    await service().proxy.add(
      { on, does: slowDown },
      { on, does: internalError },
      { on, does: { kind: "cut", by: "reset" } },
    );
    expect(await boot(env)).toMatchObject(REACHED);
    const asked = (await service().proxy.requests()).filter(({ key }) => key.includes(KEY));
    expect(asked.map(({ status }) => status)).toEqual([503, 500, 200, 200]);
  });

  test("and nothing else: bytes that are not what was asked for are refused", async () => {
    const { env } = await stored(Buffer.concat([RUNTIME, Buffer.from("x")]));
    expect(await boot(env)).toMatchObject({ code: 95, stderr: expect.stringContaining("is damaged") });
  });

  test("or says what the service answers", async () => {
    const datastore = await service().store();
    const env = { ...awsEnvironment(service().proxy.url), MILLRACE_RUNTIME: HASH, MILLRACE_DATASTORE: datastore };
    expect(await boot(env)).toMatchObject({ code: 95, stderr: expect.stringMatching(/answers 404.*NoSuchKey/s) });
    // What will not change is not asked for again.
    expect(await service().proxy.requests()).toHaveLength(1);
  });
});
