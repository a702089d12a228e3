import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Piece, Storage } from "../../../runtime/datastore/storage.ts";
import { LogFollower } from "../../../runtime/engines/jobs/log-follower.ts";
import type { ProgressReport } from "../../../runtime/task/progress-report.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Follows a log to which something is added every ten seconds, for a hundred; in a bucket each ask is a request. */
async function followed({ isRemote, added }: { isRemote: boolean; added: string | null }) {
  let asks = 0;
  let waiting = "";
  const nextSoon = (): Piece => {
    asks += 1;
    const bytes = Buffer.from(waiting);
    waiting = "";
    return { bytes, isLast: true };
  };
  const storage = { isRemote, tail: () => ({ next: nextSoon, nextSoon }) } as unknown as Storage;
  const lines: string[] = [];
  const reports: ProgressReport[] = [];
  const follower = new LogFollower(
    { storage, key: "log" },
    { line: ({ text }) => void lines.push(text), progress: (report) => void reports.push(report) },
  );
  for (let at = 0; at < 10; at += 1) {
    if (added !== null) waiting += added;
    await vi.advanceTimersByTimeAsync(10_000);
  }
  await follower.finish();
  return { asks, lines, reports };
}

const REPORTS = "1000 p 0.25 row 1\n1100 p 0.5 row 2\n";

test("reports are told, the latest of those that come together, and are no output", async () => {
  const { lines, reports } = await followed({ isRemote: true, added: `${REPORTS}1200 o text\n` });
  expect(lines).toEqual(Array.from({ length: 10 }, () => "text"));
  expect(reports).toEqual(Array.from({ length: 10 }, () => ({ fraction: 0.5, note: "row 2" })));
});

test("in a bucket, reports alone do not have the log asked for more often; in a folder they do", async () => {
  const silent = await followed({ isRemote: true, added: null });
  const remote = await followed({ isRemote: true, added: REPORTS });
  expect([remote.asks, remote.reports.length]).toEqual([silent.asks, 10]);
  expect((await followed({ isRemote: false, added: REPORTS })).asks).toBeGreaterThan(2 * silent.asks);
});

test("what no container of ours notes is passed over", async () => {
  const added = "1 p 2 too much\n1 p -1 \n1 p x half\n1 p  \n1 p\n1 o text\n";
  const { lines, reports } = await followed({ isRemote: true, added });
  expect([lines.length, reports]).toEqual([10, []]);
});
