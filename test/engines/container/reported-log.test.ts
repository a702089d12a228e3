import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parseLog } from "../../../runtime/datastore/stored-log-line.ts";
import type { StoredProgressLine } from "../../../runtime/datastore/stored-progress-line.ts";
import { ReportedLog } from "../../../runtime/engines/container/reported-log.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

/** A log that remembers each append: in a bucket it is a request. */
function reportedLog(isRemote: boolean) {
  const appends: string[] = [];
  let opened = 0;
  const log = new ReportedLog({
    open: () => {
      opened += 1;
      const append = (bytes: Uint8Array | string) => void appends.push(Buffer.from(bytes).toString());
      return { append, flush: () => undefined, close: () => void appends.push("closed") };
    },
    now: Date.now,
    isRemote,
  });
  return { log, appends, opened: () => opened };
}

/** So many reports, one each 100 ms. */
function reports(log: ReportedLog, count: number): void {
  for (let row = 1; row <= count; row += 1) {
    log.report({ fraction: row / count, note: `row ${row}` });
    vi.advanceTimersByTime(100);
  }
}

test.each([
  [true, 11],
  [false, 101],
])("a task that only reports for 100 s writes a bucket's log (%s) %i times", (isRemote, most) => {
  const { log, appends } = reportedLog(isRemote);
  reports(log, 1000);
  log.close();
  const lines = appends.filter((text) => text !== "closed");
  expect(lines.length).toBeLessThanOrEqual(most);
  expect(lines.length).toBeGreaterThan(most / 2);
  expect(lines[0]).toBe("1000000 p 0.001 row 1\n");
  expect(lines.at(-1)).toMatch(/^\d+ p 1 row 1000\n$/);
});

test("beside output, reports cost no write of their own, and not more than a line a second", () => {
  const { log, appends, opened } = reportedLog(true);
  const output = log.output();
  for (let row = 1; row <= 100; row += 1) {
    log.report({ fraction: row / 100, note: "" });
    void output.append(`${Date.now()} o row ${row}\n`);
    vi.advanceTimersByTime(100);
  }
  output.close();
  log.close();
  // The first report, a hundred lines, and the last report.
  expect(appends.filter((text) => text !== "closed")).toHaveLength(102);
  const told: StoredProgressLine[] = [];
  const lines = [...parseLog(Buffer.from(appends.join("")), (line) => told.push(line))];
  expect(lines.map(({ text }) => text)).toEqual(Array.from({ length: 100 }, (_, row) => `row ${row + 1}`));
  expect(told.length).toBeLessThanOrEqual(11);
  expect(told.at(-1)).toMatchObject({ fraction: 1, note: "" });
  expect([opened(), appends.at(-1)]).toEqual([1, "closed"]);
});

test("a task that says nothing has no log", () => {
  const { log, opened } = reportedLog(true);
  log.output().flush();
  log.close();
  expect(opened()).toBe(0);
});

test("a report that cannot be written harms nothing", () => {
  const log = new ReportedLog({
    open() {
      throw new Error("the disk is full");
    },
    now: Date.now,
    isRemote: false,
  });
  log.report({ fraction: 0.5, note: "half" });
  expect(() => log.output().append("1 o text\n")).toThrow("the disk is full");
  log.close();
});
