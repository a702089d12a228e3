// Bundled and run as a process of its own for every measurement: `node --expose-gc file-program.mjs JOB`.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { openDatastore, prepareDatastore } from "../../../runtime/datastore/datastore.ts";
import { taskFiles } from "../../../runtime/datastore/files/task-files.ts";
import { loadArtifact, saveArtifact, settled } from "../../../runtime/datastore/load-artifact.ts";
import type { ArtifactRef } from "../../../runtime/datastore/records.ts";
import { StoredFile } from "../../../sdk/files/stored-file.ts";
import { forgetPeak, residentMemory } from "../store/resident-memory.ts";
import type { FileJob, FileJobResult } from "./file-job.ts";

const job = JSON.parse(process.argv[2] ?? "") as FileJob;
const store = openDatastore(job.store);
prepareDatastore(store);
const refFile = path.join(job.store, "ref.json");

console.log(JSON.stringify(await measured(job.action === "put" ? put : get)));

/** What a step does with `this.model = await file("model.onnx")`, and its worker at the end. */
async function put(): Promise<void> {
  const files = taskFiles(store.blobs);
  const model = new StoredFile(await files.file(job.file), files.source);
  const ref = settled(store.blobs, () => saveArtifact(store.blobs, "model", model));
  fs.writeFileSync(refFile, JSON.stringify(ref));
}

/** What a later step does with `await this.model.path()`. */
async function get(): Promise<void> {
  const ref = JSON.parse(fs.readFileSync(refFile, "utf8")) as ArtifactRef;
  const model = loadArtifact(store.blobs, "model", ref) as StoredFile;
  const { size } = fs.statSync(await model.path());
  if (size !== fs.statSync(job.file).size) throw new Error(`what came back has another size: ${size}`);
}

async function measured(work: () => Promise<void>): Promise<FileJobResult> {
  // What was written before is not to be waited for in what is timed.
  spawnSync("sync");
  forgetPeak();
  const before = residentMemory();
  const startedMs = performance.now();
  await work();
  const ms = performance.now() - startedMs;
  const after = residentMemory();
  return { ms, peakBytes: before === null || after === null ? null : after.peak - before.now };
}
