import { expect, test } from "vitest";
import { OomKills } from "../../../runtime/engines/local/oom-kills.ts";
import { outOfMemoryExit } from "../../../runtime/engines/local/out-of-memory-exit.ts";

const KILLED = { code: null, signal: "SIGKILL" } as const;
const QUIET = { isHeapFull: false };

test("a process that the kernel killed for want of memory ran out of it, and one that somebody else killed did not", () => {
  let [kills, time] = [3, 0];
  const explain = outOfMemoryExit(new OomKills({ read: () => kills, now: () => time }));
  expect(explain(KILLED, QUIET)).toBeNull();
  kills = 4;
  expect(explain(KILLED, QUIET)).toMatchObject({ code: "MILLRACE_OUT_OF_MEMORY" });
  time = 999;
  // The system kills several at once, and they are seen to end one after the other.
  expect(explain(KILLED, QUIET)).toMatchObject({ code: "MILLRACE_OUT_OF_MEMORY" });
  time = 1_000;
  expect(explain(KILLED, QUIET)).toBeNull();
});

test("a process whose heap V8 said to be full ran out of memory, any other that aborts did not", () => {
  const explain = outOfMemoryExit(new OomKills({ read: () => 0 }));
  const aborted = { code: null, signal: "SIGABRT" } as const;
  expect(explain(aborted, { isHeapFull: true })).toMatchObject({ code: "MILLRACE_OUT_OF_MEMORY" });
  expect(explain(aborted, QUIET)).toBeNull();
  expect(explain({ code: 1, signal: null }, { isHeapFull: true })).toBeNull();
});
