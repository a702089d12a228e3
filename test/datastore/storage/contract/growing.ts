import { expect, test } from "vitest";
import type { Storage } from "../../../../runtime/datastore/storage.ts";
import { lineOf } from "./line-of.ts";
import { restOf } from "./rest-of.ts";
import { bytesOf, type MakeStorage, textOf } from "./under-test.ts";

const LINES = 2000;

const WHOLE = Array.from({ length: LINES }, (_, index) => lineOf(index)).join("");

/** Appends and waits until it is stored. */
function grow(storage: Storage, key: string, parts: readonly (string | Uint8Array)[]): void {
  const appender = storage.append(key);
  // A refusal is thrown by flush as well.
  for (const part of parts) void Promise.resolve(appender.append(part)).catch(() => undefined);
  appender.flush();
  appender.close();
}

/** `append`, `tail`, `end`, and what the other calls say of an object that grew. */
export function growing(make: MakeStorage): void {
  test("what is appended stands in order, text and bytes, and is there for others after flush", async () => {
    const made = await make();
    const storage = made.open();
    grow(storage, "logs/one", ["ä line\n", bytesOf("bytes\n"), "", new Uint8Array(), "😀 last"]);
    for (const one of [storage, made.open()]) {
      expect(textOf(one.read("logs/one"))).toBe("ä line\nbytes\n😀 last");
      expect(one.has("logs/one")).toBe(true);
      expect(one.list("logs")).toEqual(["one"]);
      expect(restOf(one.tail("logs/one"))).toBe("ä line\nbytes\n😀 last");
    }
  });

  test("a promise of append resolves when the bytes are stored", async () => {
    const made = await make();
    const appender = made.open().append("log");
    await appender.append("one\n");
    expect(textOf(made.open().read("log"))).toBe("one\n");
    await Promise.all([appender.append("two\n"), appender.append("three\n")]);
    expect(textOf(made.open().read("log"))).toBe("one\ntwo\nthree\n");
    appender.close();
  });

  test("bytes may be changed as soon as append returns", async () => {
    const made = await make();
    const appender = made.open().append("log");
    const bytes = Buffer.from("as they were\n");
    const stored = appender.append(bytes);
    bytes.fill(0);
    await stored;
    appender.flush();
    appender.close();
    expect(textOf(made.open().read("log"))).toBe("as they were\n");
  });

  test("what is on its way when an appender is closed is stored by the next flush", async () => {
    const made = await make();
    const storage = made.open();
    const appender = storage.append("log");
    void appender.append("one\n");
    appender.close();
    storage.flush();
    expect(textOf(made.open().read("log"))).toBe("one\n");
  });

  test("a later appender goes on behind what is there", async () => {
    const made = await make();
    grow(made.open(), "log", ["one\n"]);
    grow(made.open(), "log", ["two\n", "three\n"]);
    const storage = made.open();
    grow(storage, "log", ["four\n"]);
    grow(storage, "log", ["five\n"]);
    expect(textOf(made.open().read("log"))).toBe("one\ntwo\nthree\nfour\nfive\n");
  });

  test("a tail gives each byte once, from the beginning and in order, whenever it is asked", async () => {
    const made = await make();
    const [writer, reader] = [made.open(), made.open()];
    const [early, often] = [reader.tail("log"), reader.tail("log")];
    expect(restOf(early)).toBe("");
    const appender = writer.append("log");
    const seen: string[] = [];
    for (const part of ["one\n", "two", "", " halves\n", "ü".repeat(3000)]) {
      void appender.append(part);
      appender.flush();
      seen.push(restOf(often, "latin1"));
    }
    expect(restOf(often)).toBe("");
    appender.close();
    const whole = `one\ntwo halves\n${"ü".repeat(3000)}`;
    expect(Buffer.from(seen.join(""), "latin1").toString()).toBe(whole);
    expect(restOf(early)).toBe(whole);
    expect(restOf(early)).toBe("");
  });

  test("what is read in the background is the same", async () => {
    const made = await make();
    const [writer, reader] = [made.open(), made.open()];
    const tail = reader.tail("log");
    expect((await tail.nextSoon()).bytes).toHaveLength(0);
    expect(await reader.readSoon("log")).toBeNull();
    const seen: string[] = [];
    const appender = writer.append("log");
    for (const part of ["one\n", "two\n"]) {
      void appender.append(part);
      appender.flush();
      seen.push((await tail.nextSoon()).bytes.toString());
    }
    appender.close();
    expect(seen).toEqual(["one\n", "two\n"]);
    expect(restOf(tail)).toBe("");
    expect(textOf((await reader.readSoon("log")) ?? null)).toBe("one\ntwo\n");
  });

  test("end gives at least the bytes asked for if there are as many, and says whether there are more", async () => {
    const made = await make();
    grow(made.open(), "log", ["0123456789"]);
    const storage = made.open();
    for (const count of [0, 1, 4, 9, 10, 11, 1000]) {
      const { bytes, isWhole } = storage.end("log", count)!;
      expect(bytes.length).toBeGreaterThanOrEqual(Math.min(count, 10));
      expect("0123456789".endsWith(bytes.toString())).toBe(true);
      expect(isWhole).toBe(bytes.length === 10);
    }
    expect(storage.end("nothing", 10)).toBeNull();
  });

  test("2,000 lines of 1 kB are one object: whole, by pieces, by its end and in parts", async () => {
    const made = await make();
    const [writer, reader] = [made.open(), made.open()];
    const tail = reader.tail("runs/journal");
    const appender = writer.append("runs/journal");
    const pieces: string[] = [];
    for (let at = 0; at < LINES; at += 1) {
      void appender.append(lineOf(at));
      if (at % 100 !== 99) continue;
      appender.flush();
      pieces.push(restOf(tail));
    }
    appender.close();
    expect(pieces.join("")).toBe(WHOLE);
    const other = made.open();
    expect(textOf(other.read("runs/journal"))).toBe(WHOLE);
    expect(restOf(other.tail("runs/journal"))).toBe(WHOLE);
    for (const count of [100, 5000, 700_000]) {
      const { bytes, isWhole } = other.end("runs/journal", count)!;
      expect(bytes.length).toBeGreaterThanOrEqual(count);
      expect(WHOLE.endsWith(bytes.toString())).toBe(true);
      expect(isWhole).toBe(false);
    }
    expect(other.list("runs")).toEqual(["journal"]);
    expect([...other.walk("runs")].reduce((sum, { size }) => sum + size, 0)).toBe(WHOLE.length);
    grow(made.open(), "runs/journal", ["and one more\n"]);
    expect(textOf(other.read("runs/journal"))).toBe(`${WHOLE}and one more\n`);
    expect(restOf(tail)).toBe("and one more\n");
  });

  test("an object that grew can be opened, also before it grew further", async () => {
    const made = await make();
    const writer = made.open();
    grow(
      writer,
      "segment",
      Array.from({ length: 50 }, (_, at) => lineOf(at)),
    );
    const reader = made.open().open("segment")!;
    expect(reader.size).toBe(50_000);
    expect(reader.readUpTo(1000, 7000).toString()).toBe(lineOf(7));
    grow(writer, "segment", [lineOf(50)]);
    expect(reader.readUpTo(1000, 50_000).toString()).toBe(lineOf(50));
    expect(reader.readUpTo(5000, 49_000).toString()).toBe(lineOf(49) + lineOf(50));
    expect(reader.readUpTo(5000, 51_000)).toHaveLength(0);
    reader.close();
  });

  test("a line larger than any part stays whole", async () => {
    const made = await make();
    const line = `${"x".repeat(1_500_000)}\n`;
    grow(made.open(), "log", ["first\n", line, "last\n"]);
    expect(textOf(made.open().read("log"))).toBe(`first\n${line}last\n`);
  });

  test("a large object that grew is gone once everything that walk gives is removed", async () => {
    const made = await make();
    grow(
      made.open(),
      "runs/a/log",
      Array.from({ length: 400 }, (_, at) => lineOf(at)),
    );
    grow(made.open(), "runs/b/log", ["stays\n"]);
    const storage = made.open();
    storage.remove([...storage.walk("runs/a")].map(({ key }) => key));
    const other = made.open();
    expect([other.read("runs/a/log"), other.end("runs/a/log", 10)]).toEqual([null, null]);
    expect(restOf(other.tail("runs/a/log"))).toBe("");
    expect([...other.walk("runs/a")]).toEqual([]);
    expect(textOf(other.read("runs/b/log"))).toBe("stays\n");
    grow(made.open(), "runs/a/log", ["anew\n"]);
    expect(textOf(made.open().read("runs/a/log"))).toBe("anew\n");
  });

  test("objects whose names begin alike stay apart", async () => {
    const made = await make();
    const storage = made.open();
    const names = ["log", "log.1", "log.txt", "log-2", "logs"];
    for (const name of names)
      grow(
        storage,
        `d/${name}`,
        Array.from({ length: 200 }, (_, at) => lineOf(at, name)),
      );
    const other = made.open();
    for (const name of names) {
      const whole = Array.from({ length: 200 }, (_, at) => lineOf(at, name)).join("");
      expect(textOf(other.read(`d/${name}`))).toBe(whole);
      expect(whole.endsWith(other.end(`d/${name}`, 3000)!.bytes.toString())).toBe(true);
    }
    expect(other.list("d")).toEqual([...names].sort());
  });

  test("journals, results and logs are never read as a whole; what lies beside them is", async () => {
    const made = await make();
    const storage = made.open();
    const growing = ["journal.jsonl", "results/s1.jsonl", "logs/train/3-0.log"];
    const runs = ["flows/Train/20260101-000000000-abcde", "spins/Train/20260101-000000000-abcde"];
    for (const key of runs.flatMap((run) => growing.map((name) => `${run}/${name}`))) {
      grow(storage, key, ["line\n"]);
      expect(() => storage.read(key)).toThrow(/piece by piece/);
      await expect((async () => storage.readSoon(key))()).rejects.toThrow(/piece by piece/);
      expect(restOf(storage.tail(key))).toBe("line\n");
    }
    const whole = ["run.json", "heartbeat.json", "checkpoints/train/0.json", "jobs/a/group.jsonl", "journal.jsonl.txt"];
    for (const key of whole.map((name) => `${runs[0]}/${name}`)) {
      storage.write(key, [bytesOf("all")]);
      expect(textOf(storage.read(key))).toBe("all");
    }
  });

  test("an object of 6 MB comes in pieces, none larger than a few MB, whether it was appended to or written", async () => {
    const made = await make();
    const storage = made.open();
    const line = lineOf(1).repeat(100);
    const appender = storage.append("log");
    for (let at = 0; at < 60; at += 1) {
      void appender.append(line);
      appender.flush();
    }
    appender.close();
    storage.write("copy", [bytesOf(line.repeat(60))]);
    for (const key of ["log", "copy"]) {
      const tail = made.open().tail(key);
      let [text, largest] = ["", 0];
      for (let isLast = false; !isLast;) {
        const piece = tail.next();
        text += piece.bytes.toString();
        largest = Math.max(largest, piece.bytes.length);
        isLast = piece.isLast;
      }
      expect(text === line.repeat(60)).toBe(true);
      if (storage.location !== "memory") expect(largest).toBeLessThan(5_000_000);
      const end = storage.end(key, 5000)!;
      expect([end.isWhole, line.repeat(60).endsWith(end.bytes.toString())]).toEqual([false, true]);
    }
  });
}
