import { expect, test } from "vitest";
import type { TaskSpec } from "../../../runtime/task/task-spec.ts";
import {
  decodeGroup,
  encodeGroup,
  type GroupDocument,
  groupHash,
  readJob,
} from "../../../runtime/engines/jobs/group-document.ts";
import { memoryStorage } from "../../../sdk/testing/memory-storage.ts";
import { groupDocumentOf } from "./group-document-of.ts";

function specOf(task: number, more: Partial<TaskSpec> = {}): TaskSpec {
  const fixed = {
    step: "work",
    attempt: 0,
    isLastAttempt: true,
    inputs: ["r/start/1/0/s/0"],
    stack: [],
    gang: null,
    caught: null,
  };
  return { ...fixed, task, path: `0/${task}.0`, ...more };
}

const document = groupDocumentOf({ name: "g" });

test("each job of a group reads its own task, however different they are in length", () => {
  const storage = memoryStorage();
  const specs = [
    specOf(1),
    specOf(2, { path: "ä".repeat(300) }),
    specOf(30_000, { inputs: Array.from({ length: 2000 }, (_, task) => `r/start/${task}/0/s/0`) }),
  ];
  const bytes = encodeGroup(document, specs);
  storage.write("key", [bytes]);
  for (const [index, spec] of specs.entries())
    expect(readJob(storage, { key: "key", hash: groupHash(bytes), index })).toEqual({ document, spec });
  expect(decodeGroup(storage.read("key") ?? new Uint8Array(), "key")).toEqual({ document, specs });
});

test("a job of ten thousand reads a small part of the group alone", () => {
  const storage = memoryStorage();
  const specs = Array.from({ length: 10_000 }, (_, index) => specOf(index));
  const encoded = encodeGroup(document, specs);
  storage.write("key", [encoded]);
  let bytes = 0;
  const counting: typeof storage = {
    ...storage,
    open(key) {
      const reader = storage.open(key);
      if (reader === null) return null;
      return {
        ...reader,
        size: reader.size,
        readUpTo(count, position) {
          const read = reader.readUpTo(count, position);
          bytes += read.length;
          return read;
        },
      };
    },
  };
  expect(readJob(counting, { key: "key", hash: groupHash(encoded), index: 9_999 }).spec).toEqual(specOf(9_999));
  expect(bytes).toBeLessThan(10_000);
});

test("an index that the group does not have is no task", () => {
  const storage = memoryStorage();
  const bytes = encodeGroup(document, [specOf(1)]);
  const hash = groupHash(bytes);
  storage.write("key", [bytes]);
  expect(() => readJob(storage, { key: "key", hash, index: 1 })).toThrow("key has no job 1");
  expect(() => readJob(storage, { key: "other", hash, index: 0 })).toThrow("there is no other");
});

test.each([
  [
    "variables that the launcher did not give",
    { ...document, setup: { flow: "F", vars: { NODE_OPTIONS: "--import=x" } } },
  ],
  ["the run of another launcher", { ...document, setup: { flow: "F", documentHash: "0".repeat(64) } }],
  ["one space more", null],
])("a job whose document was swapped for one with %s does not begin", (_, other) => {
  const storage = memoryStorage();
  const hash = groupHash(encodeGroup(document, [specOf(1)]));
  const swapped = other === null ? Buffer.from(` ${encodeGroup(document, [specOf(1)]).toString()}`) : null;
  storage.write("key", [swapped ?? encodeGroup(other as unknown as GroupDocument, [specOf(1)])]);
  expect(() => readJob(storage, { key: "key", hash, index: 0 })).toThrow(
    expect.objectContaining({ code: "MILLRACE_SWAPPED", message: expect.stringContaining("key") }),
  );
});
