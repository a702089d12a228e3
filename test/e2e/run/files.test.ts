import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { StoredDirectory, StoredFile } from "../../../sdk/index.ts";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { logOf, millrace, readArtifacts, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";
import { MOTO } from "../../rigs/aws/moto.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { type Machine, serviceForFile } from "../s3/bucket-for-file.ts";

const FLOW = `
import fs from "node:fs";
import { FlowSpec, checkpoint, current, directory, file, main, step, type StoredDirectory, type StoredFile } from "millrace";
class FilesFlow extends FlowSpec {
  model!: StoredFile;
  nested!: { files: StoredFile[]; images: StoredDirectory };
  shards!: StoredFile[];
  said!: unknown;
  saved = await0();

  @checkpoint()
  @step async start() {
    this.model = await file("data/mod:el.onnx");
    this.nested = { files: [this.model, await file("data/empty")], images: await directory("data/images") };
    this.shards = [await file("data/a"), await file("data/b")];
    current.checkpoint.save({ at: this.shards });
    const back = current.checkpoint.load<{ at: StoredFile[] }>();
    this.said = await back?.at[1]?.text();
    this.next(this.each, { foreach: "shards" });
  }
  @step async each(shard: StoredFile) {
    this.said = [shard.name, await shard.text()];
    this.next(this.join);
  }
  @step async join(inputs: any) {
    this.mergeArtifacts(inputs, { exclude: ["said"] });
    const place = await this.model.path();
    const folder = await this.nested.images.path();
    const pieces: Buffer[] = [];
    for await (const piece of this.model.stream()) pieces.push(Buffer.from(piece));
    this.said = {
      items: inputs.map((input: any) => input.said),
      name: place.split(/[\\\\/]/).at(-1),
      isAgain: place === await this.model.path(),
      isReadOnly: (fs.statSync(place).mode & 0o222) === 0,
      bytes: (await this.model.bytes()).length,
      streamed: Buffer.concat(pieces).equals(fs.readFileSync(place)),
      empty: await this.nested.files[1]!.text(),
      images: fs.readdirSync(folder, { recursive: true }).sort(),
      json: await this.nested.images.files().find(({ name }) => name.endsWith(".json"))!.json(),
    };
    this.next(this.end);
  }
  @step end() {}
}
function await0() { return 0; }
main(FilesFlow);
`;
const MODEL = Buffer.alloc(300_000, "\0 a model");
const DATA = {
  "data/a": "first",
  "data/b": "second",
  "data/empty": "",
  "data/images/sub/ünï 日本.txt": "same",
  "data/images/same.txt": "same",
  "data/images/meta.json": '{"count":2}',
};
const SAID = {
  items: [
    ["a", "first"],
    ["b", "second"],
  ],
  name: "mod_el.onnx",
  isAgain: true,
  isReadOnly: true,
  bytes: MODEL.length,
  streamed: true,
  empty: "",
  images: ["meta.json", "none", "same.txt", "sub", "sub/ünï 日本.txt"],
  json: { count: 2 },
};

function project(flow = FLOW): string {
  const cwd = makeProject({ "flow.ts": flow, "package.json": ESM, "tsconfig.json": STANDARD, ...DATA });
  fs.writeFileSync(path.join(cwd, "data/mod:el.onnx"), MODEL);
  fs.mkdirSync(path.join(cwd, "data/images/none"));
  return cwd;
}

/** Runs a step that does only this. */
async function runStep(body: string, prepare: (cwd: string) => void = () => undefined) {
  const cwd = project(`
import fs from "node:fs";
import { FlowSpec, directory, file, main, step } from "millrace";
class OneFlow extends FlowSpec {
  out: unknown;
  @step async start() { ${body}; this.next(this.end); }
  @step end() {}
}
main(OneFlow);`);
  prepare(cwd);
  return millrace(["run", "flow.ts"], { cwd, datastore: path.join(cwd, "runs") });
}

function filesGoThroughRuns(machine: () => Promise<Machine>): void {
  test("go from step to step, into items and checkpoints, and to the client", async () => {
    const cwd = project();
    const { datastore, env } = await machine();
    const run = withRun(await millrace(["run", "flow.ts"], { cwd, datastore, env }));
    expect(logOf(run, "start") + run.stderr).not.toMatch(/error/i);
    expect(run.code).toBe(0);
    expect(readArtifacts(run, "start")["said"]).toBe("second");
    expect(readArtifacts(run, "join")["said"]).toEqual(SAID);

    // Each content is one blob: two images have the same, the model stands in two artifacts.
    const store = openDatastore(datastore);
    const { model, nested } = readArtifacts(run, "end") as { model: StoredFile; nested: { images: StoredDirectory } };
    expect(model).toMatchObject({
      name: "mod:el.onnx",
      size: MODEL.length,
      hash: createHash("sha256").update(MODEL).digest("hex"),
    });
    expect(store.storage.has(blobKey(model.hash))).toBe(true);
    expect(nested.images.size).toBe(19);
    expect(MODEL.equals(fs.readFileSync(await model.path()))).toBe(true);
    expect(await nested.images.files()[2]?.text()).toBe("same");
    store.close();

    const fsck = await millrace(["fsck", "--datastore", datastore], { cwd, env });
    expect(fsck).toMatchObject({ code: 0, stdout: expect.stringContaining("sound") });
    const dump = await millrace(["dump", "flow.ts", "--datastore", datastore], { cwd, env });
    expect(dump.stdout).toMatch(/model +File .*File mod:el\.onnx \(300000 bytes, [0-9a-f]{8}…\)/);
  });
}

describe("files as artifacts, in a folder", () => {
  filesGoThroughRuns(async () => ({ datastore: path.join(temporaryFolder(), "runs"), env: {} }));
});

describeWith(MOTO, "files as artifacts, in a bucket", () => {
  const service = serviceForFile();
  filesGoThroughRuns(async () => service().machine(await service().store()));
});

describe("a file that cannot be taken is told with its path:", () => {
  test.each([
    [
      "one that is not there",
      'this.out = await file("gone.bin")',
      /Cannot store the file because it does not exist: \S+gone\.bin/,
    ],
    ["a directory", 'this.out = await file("data")', /because it is a directory: .*\n.*\n?.*directory\(\)/],
    ["a file as a directory", 'this.out = await directory("data/a")', /because it is not a directory: \S+data[\\/]a/],
    ["a directory that is not there", 'this.out = await directory("gone")', /because it does not exist: \S+gone/],
  ])("%s", async (_, body, wanted) => {
    const { code, stderr } = await runStep(body);
    expect(code).toBe(1);
    expect(stderr).toMatch(wanted);
  });

  test.skipIf(process.platform === "win32").each([
    ["links in a circle", "images/sub/up", "..", /links go in a circle: .*\n.*it leads back to/],
    ["a link that leads nowhere", "images/broken", "nothing", /it does not exist: \S+broken/],
    ["a pipe", "images/pipe", null, /not a regular file but a pipe, socket or device: \S+pipe/],
  ])("%s in a directory", async (_, name, target, wanted) => {
    const body = target === null ? "" : `fs.symlinkSync(${JSON.stringify(target)}, "data/${name}");`;
    const pipe =
      target === null ? `(await import("node:child_process")).execFileSync("mkfifo", ["data/${name}"]);` : "";
    const { code, stderr } = await runStep(`${body}${pipe} this.out = await directory("data/images")`);
    expect(code).toBe(1);
    expect(stderr).toMatch(wanted);
  });

  test("outside a task", async () => {
    const { file } = await import("../../../sdk/index.ts");
    await expect(file("x")).rejects.toThrow("Cannot use file() because no task is running");
  });
});

test.skipIf(process.platform === "win32")("links are followed, and what they lead to is stored", async () => {
  const { code, stderr } = await runStep(
    'fs.symlinkSync("../a", "data/images/link"); const d = await directory("data/images"); this.out = d; console.log(await d.files().find(({ name }) => name === "link")!.text(), d.files().length)',
  );
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("first 4") });
});

test("a damaged blob is told when the file is asked for, and by fsck with the artifact that needs it", async () => {
  const cwd = project();
  const datastore = path.join(cwd, "runs");
  const run = withRun(await millrace(["run", "flow.ts"], { cwd, datastore }));
  const { model } = readArtifacts(run, "end") as { model: StoredFile };
  const blob = path.join(datastore, blobKey(model.hash));
  fs.chmodSync(blob, 0o644);
  fs.writeFileSync(blob, Buffer.alloc(MODEL.length, "other"));
  await expect((readArtifacts(run, "end") as { model: StoredFile }).model.path()).rejects.toThrow(
    "are not the ones that were stored",
  );
  const fsck = await millrace(["fsck", "--datastore", datastore], { cwd });
  expect(fsck.code).toBe(1);
  expect(fsck.stdout + fsck.stderr).toContain(blobKey(model.hash));
  expect(fsck.stdout + fsck.stderr).toMatch(/FilesFlow\/\S+\/start/);
});

test("the same files are the same bytes in every run", async () => {
  const [one, other] = [project(), project()];
  const runs = [];
  for (const cwd of [one, other])
    runs.push(withRun(await millrace(["run", "flow.ts"], { cwd, datastore: path.join(cwd, "runs") })));
  const [first, second] = runs.map((run) => {
    const task = run.summary.tasks.find(({ step }) => step === "end");
    const { artifacts } = run.store.record(run.flow, run.run).resultAt(task?.result ?? "");
    return [artifacts["model"]?.hash, artifacts["nested"]?.hash, artifacts["nested"]?.files];
  });
  expect(first).toEqual(second);
});
