import { beforeEach, expect, test } from "vitest";
import { type Datastore, datastoreOn } from "../../../runtime/datastore/datastore.ts";
import { Deployments } from "../../../runtime/datastore/deployments.ts";
import { Inbox } from "../../../runtime/datastore/inbox.ts";
import { moveKey } from "../../../runtime/datastore/kinds/deployment-move.ts";
import { versionKey } from "../../../runtime/datastore/kinds/deployment.ts";
import { KnownDeployments } from "../../../runtime/deploy/local/known-deployments.ts";
import { memoryStorage } from "../../../sdk/testing/memory-storage.ts";
import { deployed } from "../version-of.ts";

const NAME = "SampleFlow";
const HOUR_MS = 3_600_000;
let store: Datastore;
let failed: string[];
beforeEach(() => {
  store = datastoreOn(memoryStorage());
  failed = [];
});

function known(): KnownDeployments {
  const mine = new KnownDeployments(store, { changed: () => undefined, failed: (name) => failed.push(name) });
  mine.load();
  return mine;
}

function changes(): readonly { readonly deployment: string; readonly sequence: number }[] {
  return new Inbox(store.storage).names().changes;
}

/** Until the returned function is called the object is damaged. */
function damage(key: string): () => void {
  const { storage } = store;
  const bytes = storage.read(key)!;
  storage.write(key, [Buffer.from("{}\n")]);
  return () => storage.write(key, [bytes]);
}

function pause(): void {
  new Deployments(store.storage).move(NAME, {
    expected: 1,
    action: "pause",
    version: 1,
    isPaused: true,
    username: "ada",
  });
}

test("a change that cannot be read is taken in once it can, after an hour too", () => {
  deployed(store);
  const mine = known();
  expect([...mine.active.keys()]).toEqual([NAME]);
  pause();
  const heal = damage(moveKey(NAME, 2));
  for (let at = 0; at <= HOUR_MS; at += 60_000) mine.see(changes(), at);
  expect(failed).toHaveLength(61);
  expect([...mine.active.keys()]).toEqual([NAME]);
  heal();
  // Others may have removed the note meanwhile.
  mine.see([], HOUR_MS + 60_000);
  expect([...mine.active.keys()]).toEqual([]);
  mine.see([], HOUR_MS + 60_001);
  expect(failed).toHaveLength(61);
});

test("a deployment that cannot be read is looked at less and less often, and at once when it has changed", () => {
  deployed(store);
  const mine = known();
  pause();
  damage(moveKey(NAME, 2));
  for (let at = 0; at <= 600_000; at += 250) mine.see(changes(), at);
  const before = failed.length;
  expect(before).toBeLessThan(60);
  new Inbox(store.storage).changes(NAME, 3);
  mine.see(changes(), 600_000);
  expect(failed).toHaveLength(before + 1);
});

test("a deployment that cannot be read when a scheduler begins is on once it can", () => {
  const { version } = deployed(store);
  const heal = damage(versionKey(NAME, version));
  const mine = known();
  mine.see([], 0);
  expect([...mine.active.keys()]).toEqual([]);
  heal();
  mine.see([], HOUR_MS);
  expect([...mine.active.keys()]).toEqual([NAME]);
});

test("a change is waited for by a scheduler that looks seldom, and given up by one that has looked often", () => {
  deployed(store);
  const [seldom, often] = [known(), known()];
  new Inbox(store.storage).changes(NAME, 2);
  seldom.see(changes(), 0);
  for (let at = 0; at <= 90_000; at += 5_000) often.see(changes(), at);
  pause();
  seldom.see(changes(), 90_000);
  often.see(changes(), 95_000);
  expect([...seldom.active.keys()]).toEqual([]);
  expect([...often.active.keys()]).toEqual([NAME]);
});
