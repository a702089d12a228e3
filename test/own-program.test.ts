import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { codeCache } from "../runtime/code-cache.ts";
import { millrace, temporaryFolder } from "./rigs/harness.ts";

const HELLO = "examples/hello.ts";

function at(cache: string): { env: { MILLRACE_CACHE: string } } {
  return { env: { MILLRACE_CACHE: cache } };
}

function cached(cache: string): string[] {
  const folder = path.join(cache, "code");
  return fs.readdirSync(folder).map((name) => path.join(folder, name));
}

test("a command keeps what was compiled of it, and the next one takes it as it is", async () => {
  const cache = temporaryFolder();
  const first = await millrace(["show", HELLO], at(cache));
  const [file = "", ...others] = cached(cache);
  expect(others).toEqual([]);
  const made = fs.statSync(file);
  const second = await millrace(["show", HELLO], at(cache));
  expect(second).toMatchObject({ code: 0, stdout: first.stdout, stderr: "" });
  expect(fs.statSync(file)).toMatchObject({ ino: made.ino, mtimeMs: made.mtimeMs });
});

test("damaged code is compiled anew: flipped bits, half of it, none, and what is no code at all", async () => {
  const cache = temporaryFolder();
  const { stdout } = await millrace(["show", HELLO], at(cache));
  const [file = ""] = cached(cache);
  const whole = fs.readFileSync(file);
  const flipped = Buffer.from(whole);
  for (let place = 100; place < flipped.length; place += 997) flipped[place]! ^= 0xff;
  for (const bytes of [flipped, whole.subarray(0, whole.length / 2), Buffer.alloc(0), Buffer.from("no code")]) {
    fs.writeFileSync(file, bytes);
    expect(await millrace(["show", HELLO], at(cache))).toMatchObject({ code: 0, stdout, stderr: "" });
    expect(fs.statSync(file).size).toBeGreaterThan(100_000);
  }
});

test("a cache that cannot be written, or that others may write, costs nothing but time", async () => {
  const cache = temporaryFolder();
  fs.writeFileSync(path.join(cache, "code"), "a file in its place");
  expect(await millrace(["show", HELLO], at(cache))).toMatchObject({ code: 0, stderr: "" });
  fs.rmSync(path.join(cache, "code"));
  fs.mkdirSync(path.join(cache, "code"));
  fs.chmodSync(path.join(cache, "code"), 0o777);
  expect(await millrace(["show", HELLO], at(cache))).toMatchObject({ code: 0, stderr: "" });
  expect(cached(cache)).toEqual([]);
});

test("a place in which nothing can be looked at costs nothing but time", async () => {
  const folder = temporaryFolder();
  fs.symlinkSync("loop", path.join(folder, "loop"));
  expect(await millrace(["show", HELLO], at(path.join(folder, "loop/cache")))).toMatchObject({ code: 0, stderr: "" });
});

test.runIf(process.geteuid?.() === 0)("root leaves nothing behind in the home of another user", async () => {
  const home = temporaryFolder();
  fs.chownSync(home, 54_321, 54_321);
  expect(await millrace(["show", HELLO], at(path.join(home, ".cache")))).toMatchObject({ code: 0, stderr: "" });
  expect(fs.readdirSync(home)).toEqual([]);
});

test("code is found for the very same source alone, and what has not been made for a month goes", () => {
  const folder = path.join(temporaryFolder(), "code");
  const [one, other] = ["let a = 1;", "let a = 2;"].map((text) =>
    codeCache(folder, { name: "x", file: "x.cjs", source: Buffer.from(text) }),
  );
  one!.write(Buffer.from("compiled"));
  expect(one!.read()?.toString()).toBe("compiled");
  expect(other!.read()).toBeNull();
  const [file = ""] = fs.readdirSync(folder);
  fs.utimesSync(path.join(folder, file), new Date(0), new Date(0));
  other!.write(Buffer.from("other"));
  expect(one!.read()).toBeNull();
  expect(other!.read()?.toString()).toBe("other");
});
