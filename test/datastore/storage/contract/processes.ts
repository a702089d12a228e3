import { expect, test } from "vitest";
import type { Storage } from "../../../../runtime/datastore/storage.ts";
import { lineOf } from "./line-of.ts";
import { restOf } from "./rest-of.ts";
import { type DeedDone, OtherProcess } from "./other-process.ts";
import type { Elsewhere, MakeStorage, StorageUnderTest } from "./under-test.ts";

const MB = 1 << 20;

/** What holds between processes; nothing to see for a storage that lives in one. */
export function processes(make: MakeStorage): void {
  test("of several processes that create an object one wins, and its bytes are there", async () => {
    const { made, elsewhere } = await shared(make);
    const keys = Array.from({ length: 25 }, (_, at) => `claims/${at}`);
    const names = ["first", "second", "third"];
    const deeds = names.map((name) => ({ kind: "create", keys, name }) as const);
    const others = await OtherProcess.startAll(elsewhere, deeds);
    const done = await Promise.all(others.map((other) => other.done()));
    expect(done.map(({ failure }) => failure)).toEqual([null, null, null]);
    const storage = made.open();
    for (const key of keys) {
      const winners = names.filter((_, at) => done[at]!.won.includes(key));
      expect([key, winners]).toEqual([key, [Buffer.from(storage.read(key)!).toString()]]);
    }
    expect(storage.list("claims")).toHaveLength(keys.length);
  });

  test("a reader of an object that another process appends to sees a beginning of it, never a mix", async () => {
    const { made, elsewhere } = await shared(make);
    const lines = 300;
    const other = await OtherProcess.start(elsewhere, { kind: "append", key: "runs/journal", name: "w", lines });
    const storage = made.open();
    const tail = storage.tail("runs/journal");
    const whole = Array.from({ length: lines }, (_, at) => lineOf(at)).join("");
    const over = other.done();
    let [isOver, seen, looks] = [false, "", 0];
    void over.then(() => (isOver = true));
    while (!isOver) {
      seen += restOf(tail);
      expectBeginning(seen, whole);
      for (const now of looksAt(storage, "runs/journal")) expectBeginning(now, whole);
      looks += 1;
      await new Promise(setImmediate);
    }
    expect(await over).toMatchObject({ lines, failure: null });
    expect(looks).toBeGreaterThan(0);
    expect(seen + restOf(tail)).toBe(whole);
    expect(Buffer.from(storage.read("runs/journal")!).toString()).toBe(whole);
  });

  test("of two processes that append to one object each is told an error or has all its lines whole", async () => {
    const { made, elsewhere } = await shared(make);
    const names = ["a", "b"];
    const deeds = names.map((name) => ({ kind: "append", key: "log", name, lines: 100 }) as const);
    const others = await OtherProcess.startAll(elsewhere, deeds);
    const done = await Promise.all(others.map((other) => other.done()));
    const stored = Buffer.from(made.open().read("log")!).toString();
    for (const [at, name] of names.entries()) {
      expectToldTheTruth(done[at]!, { name, stored });
    }
    expect(done.some(({ failure }) => failure === null)).toBe(true);
  });

  test.each([["write"], ["deposit"]] as const)(
    "a process that is killed in the middle of a %s leaves the object whole or not at all",
    async (by) => {
      const { made, elsewhere } = await shared(make);
      const bytes = 20 * MB;
      for (const rounds of [1, 2, 3]) {
        const other = await OtherProcess.start(elsewhere, { kind: "rewrite", key: "big", bytes, by });
        other.begin();
        for (let round = 0; round < rounds; round += 1) await other.next();
        const gone = new Promise((resolve) => other.child.once("exit", resolve));
        other.child.kill("SIGKILL");
        await gone;
        const storage = made.open();
        for (const name of storage.list("")) expectOfOneKind(storage.read(name), bytes);
      }
      const storage = made.open();
      expect(storage.list("").every((name) => name.startsWith("big"))).toBe(true);
      const removeAll = () => {
        storage.remove([...storage.walk("")].map(({ key }) => key));
        return storage.list("");
      };
      // Whole requests that the last process had sent may be carried out only now.
      await expect.poll(removeAll).toEqual([]);
    },
  );
}

async function shared(make: MakeStorage): Promise<{ made: StorageUnderTest; elsewhere: Elsewhere }> {
  const made = await make();
  if (made.elsewhere === null) throw new Error("this storage is not shared between processes");
  return { made, elsewhere: made.elsewhere };
}

function* looksAt(storage: Storage, key: string): Generator<string> {
  yield Buffer.from(storage.read(key) ?? []).toString();
  const reader = storage.open(key);
  if (reader === null) return;
  yield reader.readUpTo(1e6, 0).toString();
  reader.close();
}

/** Compared as numbers first: a difference would otherwise be printed with both texts. */
function expectBeginning(seen: string, whole: string): void {
  let same = 0;
  while (same < seen.length && seen[same] === whole[same]) same += 1;
  expect(same, `byte ${same} is another`).toBe(seen.length);
}

/** What was acknowledged is there, in order, each line whole and once. */
function expectToldTheTruth({ lines, failure }: DeedDone, { name, stored }: { name: string; stored: string }): void {
  const times = Array.from({ length: lines }, (_, at) => stored.split(lineOf(at, name)).length - 1);
  const wrong = times.flatMap((count, at) => (count === 1 ? [] : [`${name}-${at} is there ${count} times`]));
  expect(wrong).toEqual([]);
  if (failure !== null) expect(failure.code, failure.message).toBe("MILLRACE_STORAGE");
  else expect(lines).toBe(100);
}

function expectOfOneKind(read: Uint8Array | null, size: number): void {
  expect(read?.length).toBe(size);
  const [first = 0] = read!;
  expect(Buffer.from(read!).equals(Buffer.alloc(size, first))).toBe(true);
}
