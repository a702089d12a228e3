import { expect, test } from "vitest";
import { LogLines } from "../../../runtime/cli/commands/top/task/log-lines.ts";

function out(text: string, hasNewline = true) {
  return { time: 1, stream: "stdout", text, hasNewline } as const;
}

function err(text: string, hasNewline = true) {
  return { time: 1, stream: "stderr", text, hasNewline } as const;
}

function all(lines: LogLines) {
  return Array.from({ length: lines.count }, (_, at) => lines.plainOf(at));
}

test("a line that was written in pieces is one, also where the other stream came between", () => {
  const lines = new LogLines();
  for (const one of [out("epoch ", false), err("careful"), out("1"), out("epoch 2")]) lines.add(one);
  expect(all(lines)).toEqual(["epoch 1", "careful", "epoch 2"]);
  expect(lines.streamOf(1)).toBe("stderr");
});

test("of a progress bar the last state is shown", () => {
  const lines = new LogLines();
  for (let at = 0; at <= 100; at += 1) lines.add(out(`\r${at} %`, false));
  lines.add(out("\rdone\r"));
  lines.add(out("next"));
  expect(all(lines)).toEqual(["done (rewritten)", "next"]);
});

test("fifty megabytes in one line cost no more than its beginning", () => {
  const lines = new LogLines();
  const piece = "x".repeat(1_000_000);
  for (let at = 0; at < 50; at += 1) lines.add(out(piece, at === 49));
  expect(lines.count).toBe(1);
  expect(lines.plainOf(0)).toMatch(/^x{4000} … \(50\.0 MB in this line\)$/);
});

test("of a log of many lines the end is kept", () => {
  const lines = new LogLines();
  for (let at = 0; at < 200_000; at += 1) lines.add(out(`line ${at}`));
  expect(lines.count).toBeLessThanOrEqual(50_000);
  expect(lines.count + lines.dropped).toBe(200_000);
  expect(lines.plainOf(lines.count - 1)).toBe("line 199999");
});

test("of a log of long lines the end is kept", () => {
  const lines = new LogLines();
  for (let at = 0; at < 10_000; at += 1) lines.add(out("y".repeat(5000)));
  expect(lines.count * 4000).toBeLessThanOrEqual(16_100_000);
  expect(lines.count).toBeGreaterThan(1000);
});
