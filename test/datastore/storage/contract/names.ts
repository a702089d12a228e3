import { expect, test } from "vitest";
import { bytesOf, type MakeStorage, pattern } from "./under-test.ts";

/** `list`, `walk` and `remove`. */
export function names(make: MakeStorage): void {
  test("list names what lies directly below a prefix, sorted, folders once and with a slash", async () => {
    const storage = (await make()).open();
    for (const key of ["a/z", "a/b/1", "a/b/2", "a/b/c/d", "a/B", "a/b-", "a/b.txt", "a-/x", "ab/x", "top"])
      storage.write(key, []);
    expect(storage.list("a")).toEqual(["B", "b-", "b.txt", "b/", "z"]);
    expect(storage.list("a/b")).toEqual(["1", "2", "c/"]);
    expect(storage.list("")).toEqual(["a-/", "a/", "ab/", "top"]);
    for (const prefix of ["nothing", "a/nothing", "a/z", "b"]) expect(storage.list(prefix)).toEqual([]);
  });

  test("names are sorted by their UTF-16 units, as sort() does", async () => {
    const storage = (await make()).open();
    const wanted = ["Z", "a", "é", "日", "😀", "Ａ"].sort();
    for (const name of wanted.toReversed()) storage.write(`words/${name}`, []);
    expect(storage.list("words")).toEqual(wanted);
  });

  test("walk gives every object below a prefix with its size and time, and none of a neighbour", async () => {
    const made = await make();
    const storage = made.open();
    const sizes = { "a/1": 1, "a/b/2": 20, "a/b/c/3": 0, "ab/4": 4, a_: 5 };
    for (const [key, size] of Object.entries(sizes)) storage.write(key, [pattern(size)]);
    const found = [...made.open().walk("a")];
    expect(Object.fromEntries(found.map(({ key, size }) => [key, size]))).toEqual({
      "a/1": 1,
      "a/b/2": 20,
      "a/b/c/3": 0,
    });
    // The contract allows half an hour between the storage's clock and the truth.
    for (const { modifiedAt } of found) expect(Math.abs(Date.now() - modifiedAt)).toBeLessThan(31 * 60_000);
    expect([...storage.walk("")].map(({ key }) => key).sort()).toEqual(Object.keys(sizes).sort());
    expect([...storage.walk("nothing")]).toEqual([]);
    expect([...storage.walk("a/1")]).toEqual([]);
  });

  test("remove removes, and what is not there counts as removed", async () => {
    const made = await make();
    const storage = made.open();
    for (const key of ["a/1", "a/2", "a/3"]) storage.write(key, [bytesOf("x")]);
    storage.remove([]);
    storage.remove(["a/1", "a/nothing", "nothing/at/all", "a/3"]);
    storage.remove(["a/1"]);
    const other = made.open();
    expect(other.list("a")).toEqual(["2"]);
    expect([other.read("a/1"), other.open("a/3"), other.has("a/1"), other.end("a/3", 1)]).toEqual([
      null,
      null,
      false,
      null,
    ]);
  });

  test("more objects than one answer holds are listed, walked while they are removed, and removed", async () => {
    const made = await make();
    const storage = made.open();
    const wanted = Array.from({ length: 1100 }, (_, at) => String(at).padStart(4, "0"));
    for (const name of wanted) storage.deposit(`many/${name}`, [bytesOf(name)]);
    storage.flush();
    const other = made.open();
    expect(other.list("many")).toEqual(wanted);
    const walked: string[] = [];
    for (const { key } of other.walk("many")) {
      walked.push(key);
      if (walked.length <= 30) other.remove([key]);
    }
    expect(walked.sort()).toEqual(wanted.map((name) => `many/${name}`));
    expect(other.list("many")).toHaveLength(wanted.length - 30);
    storage.remove(walked);
    expect([...other.walk("")]).toEqual([]);
    expect(made.open().list("")).toEqual([]);
  });
}
