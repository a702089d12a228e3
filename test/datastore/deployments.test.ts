import { beforeEach, expect, test } from "vitest";
import { type Datastore, openDatastore } from "../../runtime/datastore/datastore.ts";
import { Deployments } from "../../runtime/datastore/deployments.ts";
import { Inbox } from "../../runtime/datastore/inbox.ts";
import { versionKey } from "../../runtime/datastore/kinds/deployment.ts";
import { moveKey } from "../../runtime/datastore/kinds/deployment-move.ts";
import { checkStore } from "../../runtime/datastore/maintenance/check-store.ts";
import { collectGarbage } from "../../runtime/datastore/maintenance/collect-garbage.ts";
import { deployed, newVersion } from "../deploy/version-of.ts";
import { temporaryFolder } from "../rigs/harness.ts";
import { ageFiles, DAY_MS } from "./maintenance/stored-run.ts";

const signal = new AbortController().signal;
let folder: string;
let store: Datastore;
let deployments: Deployments;

beforeEach(() => {
  folder = temporaryFolder();
  store = openDatastore(folder);
  deployments = new Deployments(store.storage);
});

const MOVE = { action: "deploy", isPaused: false, username: "ada" } as const;

test("versions are numbered from 1, and two that are made at once both exist", () => {
  const one = new Deployments(openDatastore(folder).storage);
  expect([deployments.add(newVersion()).version, one.add(newVersion()).version]).toEqual([1, 2]);
  expect(deployments.versions("SampleFlow")).toEqual([1, 2]);
  expect(deployments.state("SampleFlow")).toBeNull();
});

test("of two who change a deployment at once the second is told who was first, and what they did", () => {
  deployments.add(newVersion());
  const state = deployments.move("SampleFlow", { ...MOVE, version: 1, expected: 0 });
  deployments.move("SampleFlow", { ...MOVE, action: "pause", isPaused: true, version: 1, expected: state.sequence });
  const late = () => deployments.move("SampleFlow", { ...MOVE, username: "bob", version: 1, expected: state.sequence });
  expect(late).toThrow(/Cannot deploy SampleFlow because it was changed meanwhile: ada on .+ paused version 1/);
  expect(deployments.state("SampleFlow")).toMatchObject({ sequence: 2, isPaused: true, action: "pause" });
});

test("the last of many moves is the state, and a move tells schedulers before it is there", () => {
  deployed(store);
  for (let sequence = 1; sequence < 12; sequence += 1)
    deployments.move("SampleFlow", { ...MOVE, version: 1, expected: sequence, installed: { at: sequence } });
  expect(deployments.state("SampleFlow")).toMatchObject({ sequence: 12, installed: { at: 11 } });
  expect(deployments.current("SampleFlow")?.installed).toEqual({ at: 11 });
  expect(new Inbox(store.storage).names().changes).toContainEqual({ deployment: "SampleFlow", sequence: 12 });
});

test("a deployment that was removed is not listed, and its next version has the next number", () => {
  deployed(store);
  deployed(store, { deployment: "other" });
  deployments.move("SampleFlow", { ...MOVE, action: "remove", version: null, expected: 1 });
  expect(deployments.all().map(({ state }) => state.name)).toEqual(["other"]);
  expect(() => deployments.known("SampleFlow")).toThrow(/ada removed it/);
  expect(deployed(store).version).toBe(2);
  expect(deployments.known("SampleFlow")).toMatchObject({ version: 2, sequence: 3 });
});

test("gc keeps the releases of all versions, with what they name", async () => {
  const { release } = deployed(store);
  ageFiles(folder, 3 * DAY_MS);
  const rules = [{ text: "1s", kind: "latest", count: 0 }] as const;
  const report = await collectGarbage(store, { rules, flow: null, isDryRun: false, signal, progress: () => undefined });
  expect(report.removed.blobs.count).toBe(0);
  expect(store.blobs.get(release).byteLength).toBeGreaterThan(0);
});

test("fsck tells a release that is gone, and records that say something else", async () => {
  deployed(store);
  const options = { isQuick: false, isRepair: false, copyOf: null, signal, progress: () => undefined };
  expect((await checkStore(store, options)).problems).toEqual([]);
  store.storage.remove([...store.storage.walk("blobs")].map(({ key }) => key));
  store.storage.write(versionKey("SampleFlow", 2), [store.storage.read(versionKey("SampleFlow", 1))!]);
  store.storage.write(moveKey("SampleFlow", 2), [Buffer.from("{}")]);
  const { problems } = await checkStore(store, options);
  expect(problems.map(({ kind, place }) => [kind, place])).toEqual(
    expect.arrayContaining([
      ["deployment", "deployments/SampleFlow/versions/2.json"],
      ["deployment-move", "deployments/SampleFlow/moves/000002.json"],
    ]),
  );
  expect(problems.filter(({ kind }) => kind === "blob")).not.toEqual([]);
});
