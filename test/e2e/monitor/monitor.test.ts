import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { models } from "../../../sdk/models/index.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { checkStore } from "../../../runtime/datastore/maintenance/check-store.ts";
import { RequestLog } from "../../../runtime/monitoring/request-log.ts";
import { lastWholeWindow } from "../../../runtime/monitoring/tell-drift.ts";
import { millrace, runFlow } from "../../rigs/harness.ts";

const FLOW = path.join(import.meta.dirname, "flows/churn.ts");
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let datastore = "";

beforeAll(async () => {
  ({ datastore } = await runFlow(FLOW));
}, 240_000);

interface Asked {
  readonly prefix: string;
  readonly count: number;
  readonly hoursAgo: number;
  /** Added to each age. */
  readonly older: number;
}

/** What a server of churn@1 would log. */
async function serve({ prefix, count, hoursAgo, older }: Asked): Promise<void> {
  const store = openDatastore(datastore);
  const log = new RequestLog({ store, model: "churn", server: "test", sample: 1 });
  const start = Date.now() - hoursAgo * HOUR_MS;
  for (let at = 0; at < count; at += 1) {
    const age = ((at * 104_729) % 100) + older;
    const answer = age > 50 ? 0.9 : 0.1;
    log.add({
      ...{ id: `${prefix}-${at}`, at: start + at, method: "score", number: 1, hash: "ab".repeat(32), status: 200 },
      ...{ latencyMs: 3, rows: 1, input: [{ age, plan: at % 2 === 0 ? "basic" : "pro" }], output: [answer] },
    });
  }
  log.add({
    ...{ id: `${prefix}-broken`, at: start, method: "score", number: 1, hash: "ab".repeat(32), status: 500 },
    ...{ latencyMs: 90, rows: 1, input: [{ age: 1 }], output: null },
  });
  await log.close(60_000);
  store.close();
}

async function monitor(...args: string[]) {
  const { code, stdout, stderr } = await millrace(["monitor", ...args], { datastore });
  return { code, stdout: stdout.trim(), stderr: stderr.trim() };
}

function drifts(): string[] {
  const folder = path.join(datastore, "events");
  const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  const events = names.map((name) => JSON.parse(fs.readFileSync(path.join(folder, name), "utf8")));
  return events.filter(({ name }) => name === "drift:churn").map(({ data }) => data.columns[0].column);
}

describe("monitor", () => {
  test("says that nothing was served, and which model there is", async () => {
    const nothing = await monitor("churn");
    expect([nothing.code, nothing.stdout]).toEqual([
      0,
      expect.stringContaining("no answered request was kept in this time"),
    ]);
    const unknown = await monitor("churns");
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("did you mean churn?")]);
    expect((await monitor("churn", "--window", "soon")).code).toBe(2);
    expect((await monitor("churn", "--false-alarms", "2")).code).toBe(2);
  }, 240_000);

  test("tells counts, latency and errors, and no drift of what is as in training", async () => {
    await serve({ prefix: "same", count: 1000, hoursAgo: 50, older: 0 });
    const { code, stdout, stderr } = await monitor("churn", "--window", "3d", "--json");
    expect(code, stderr).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.traffic).toMatchObject({ requests: 1001, rows: 1001, errors: 1, refused: 0 });
    expect(report.traffic.latencyMs.p50).toBeCloseTo(3, 1);
    expect(report.versions).toMatchObject([{ number: 1, requests: 1001 }]);
    expect(report.drift).toMatchObject({ number: 1, against: "training", rows: [2000, 1000], isAlarm: false });
    expect(report.drift.columns.map(({ column }: { column: string }) => column).sort()).toEqual([
      "input.age",
      "input.plan",
      "output",
    ]);
    expect([report.accuracy, report.told]).toEqual([null, null]);
    expect(drifts()).toEqual([]);
  }, 120_000);

  test("outcomes come later, by the request's id; another truth is refused", async () => {
    for (let at = 0; at < 40; at += 1) {
      const age = (at * 104_729) % 100;
      // Every tenth is wrong.
      await models.outcome(`same-${at}`, at % 10 === 0 ? (age > 50 ? 0 : 1) : age > 50 ? 1 : 0, { datastore });
    }
    await models.outcome("same-1", 29 > 50 ? 1 : 0, { datastore });
    await expect(models.outcome("same-1", 7, { datastore })).rejects.toThrow(/another one is known: 0, not 7/);
    const report = JSON.parse((await monitor("churn", "--window", "3d", "--json")).stdout);
    expect(report.accuracy).toMatchObject({
      leftOut: 0,
      fields: [{ field: "", kind: "classification", known: 40, accuracy: 0.9 }],
    });
    const { stdout } = await monitor("churn", "--window", "3d");
    expect(stdout.indexOf("90.0 %")).toBeGreaterThan(0);
    expect(stdout.indexOf("90.0 %")).toBeLessThan(stdout.indexOf("COLUMN"));
  }, 120_000);

  test("an alarm exits with 1; a look that publishes nothing speaks of no event", async () => {
    await serve({ prefix: "older", count: 1000, hoursAgo: 2, older: 40 });
    const silent = await monitor("churn", "--window", "12h", "--no-publish");
    expect([silent.code, drifts()]).toEqual([1, []]);
    expect(silent.stdout).toMatch(/^DRIFT in 2 of 3 columns/m);
    expect(silent.stdout).not.toContain("drift:churn");
  }, 240_000);

  test("compares with a time before, and writes a card", async () => {
    const card = path.join(datastore, "..", "card.html");
    const { code, stdout } = await monitor(
      "churn",
      "--window",
      "12h",
      "--against",
      "3d",
      "--card",
      card,
      "--no-publish",
    );
    expect([code, stdout]).toEqual([1, expect.stringContaining("1000 rows against 1000 of")]);
    const html = fs.readFileSync(card, "utf8");
    expect(html).toContain("input.age");
    expect(html).not.toContain("<script");
    const nowhere = path.join(datastore, "no/such/card.html");
    const failed = await monitor("churn", "--window", "12h", "--card", nowhere, "--no-publish");
    expect(failed.code).not.toBe(0);
    expect(failed.stdout).toMatch(/^DRIFT in/m);
  }, 120_000);

  test("drift:churn is published for the last whole window, once", async () => {
    const { from, to } = lastWholeWindow(Date.now(), 12 * HOUR_MS);
    const hoursAgo = (Date.now() - (from + to) / 2) / HOUR_MS;
    await serve({ prefix: "slot", count: 1000, hoursAgo, older: 40 });
    const first = JSON.parse((await monitor("churn", "--window", "12h", "--json")).stdout);
    expect(first.drift.columns[0]).toMatchObject({ column: "input.age", isDrifted: true, effect: "large" });
    expect(first.told).toMatchObject({ event: "drift:churn", isNew: true });
    const again = JSON.parse((await monitor("churn", "--window", "12h", "--json")).stdout);
    // Another window may have ended between the two calls.
    const isNext = again.told.window.to !== first.told.window.to;
    expect(again.told.isNew).toBe(isNext);
    expect(drifts()).toEqual(isNext ? ["input.age", "input.age"] : ["input.age"]);
    const inbox = fs.readdirSync(path.join(datastore, "inbox")).filter((name) => name.startsWith("event~"));
    expect(inbox.length).toBeGreaterThan(0);
  }, 240_000);

  test("fsck finds nothing wrong with all of it", async () => {
    const store = openDatastore(datastore);
    const signal = new AbortController().signal;
    const { problems } = await checkStore(store, {
      isQuick: false,
      isRepair: false,
      copyOf: null,
      signal,
      progress: () => undefined,
    });
    expect(problems).toEqual([]);
    store.close();
  });
});
