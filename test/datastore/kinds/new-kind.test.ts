import { beforeEach, expect, test } from "vitest";
import { hashOf } from "../../../runtime/datastore/blobs.ts";
import { type Datastore, openDatastore, prepareDatastore } from "../../../runtime/datastore/datastore.ts";
import { KINDS } from "../../../runtime/datastore/kinds/index.ts";
import type { RecordKind } from "../../../runtime/datastore/kinds/record-kind.ts";
import { checkStore } from "../../../runtime/datastore/maintenance/check-store.ts";
import { collectGarbage } from "../../../runtime/datastore/maintenance/collect-garbage.ts";
import { damagedRecord, parseJson } from "../../../runtime/datastore/parse-record.ts";
import { faultIn, fields, hash, name } from "../../../runtime/datastore/shapes/checks.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { ageFiles, DAY_MS, storeRun } from "../maintenance/stored-run.ts";

interface Note {
  readonly photo: string;
  readonly flow: string;
  readonly run: string;
}

const note = fields({ photo: hash, flow: name, run: name });

/** All that a further kind of record needs: gc and fsck know it by this alone. */
const noteKind: RecordKind<Note> = {
  name: "note",
  keys: [{ key: "notes/<name>.json", is: "a note with a photo of a run", form: "whole" }],
  parse(text, key) {
    const record = parseJson(text, key);
    const fault = faultIn(note, record);
    if (fault !== null) throw damagedRecord(key, `it is no note: ${fault}`);
    return record as Note;
  },
  *references({ photo, flow, run }) {
    yield { to: "blob", hash: photo, what: "photo" };
    yield { to: "run", flow, run };
  },
  title: ({ name }) => `note ${name}`,
  loses: (at) => [noteKind.title(at)],
  fix: ({ key }) => `delete ${key}, or write it again`,
};

const kinds = [...KINDS, noteKind];
const PHOTO = Buffer.from("a photo");
const signal = new AbortController().signal;
let folder: string;
let store: Datastore;

beforeEach(() => {
  folder = temporaryFolder();
  store = openDatastore(folder);
  prepareDatastore(store);
  storeRun(store, { run: "a-1" });
  store.blobs.put(hashOf([PHOTO]), [PHOTO]);
  store.blobs.settle();
  const record: Note = { photo: hashOf([PHOTO]), flow: "Sample", run: "a-1" };
  store.storage.write("notes/first.json", [Buffer.from(JSON.stringify(record))]);
});

test("gc keeps what a record of a new kind names", async () => {
  ageFiles(folder, 3 * DAY_MS);
  const rules = [{ text: "1s", kind: "latest", count: 0 }] as const;
  const options = { rules, flow: null, isDryRun: true, signal, progress: () => undefined };
  const without = await collectGarbage(store, options);
  expect([without.removed.runs.count, without.removed.blobs.count > 0]).toEqual([1, true]);
  const kept = await collectGarbage(store, { ...options, isDryRun: false, kinds });
  expect([kept.removed.runs.count, kept.removed.blobs.count]).toEqual([0, 0]);
  expect(PHOTO.equals(store.blobs.get(hashOf([PHOTO])))).toBe(true);
});

test("fsck tells what is wrong with a record of a new kind, and with what it names", async () => {
  const options = { isQuick: false, isRepair: false, copyOf: null, kinds, signal, progress: () => undefined };
  expect((await checkStore(store, options)).problems).toEqual([]);
  store.storage.remove([...store.storage.walk("blobs")].map(({ key }) => key));
  store.storage.write("notes/second.json", [Buffer.from("{}")]);
  const { problems } = await checkStore(store, options);
  expect(problems).toContainEqual(
    expect.objectContaining({ kind: "note", place: "notes/second.json", loses: ["note second"] }),
  );
  expect(problems).toContainEqual(
    expect.objectContaining({
      kind: "blob",
      loses: ["note first photo"],
      mend: "delete notes/first.json, or write it again",
    }),
  );
});
