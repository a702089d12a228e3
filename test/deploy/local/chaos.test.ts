import { expect, test } from "vitest";
import { chaos } from "./chaos.ts";
import { localFlows, storeFolder } from "./local-store.ts";

test(
  "three schedulers that are killed, with what they started, run each instant and event once and to its end",
  { timeout: 300_000 },
  async () => {
    const flows = await localFlows({ datastore: storeFolder() });
    const report = await chaos({
      ...{ flows, schedulers: 3, slots: 2, deployments: 2, instants: 5, events: 1 },
      ...{ killEveryMs: 1_200, killUntil: 0.7, withinMs: 200_000 },
    });
    expect(report.problems).toEqual([]);
    expect(report.fires).toEqual({ instants: 10, events: 2 });
    expect(report.runs).toHaveLength(12);
    expect(new Set(report.runs.map(({ fire }) => fire)).size).toBe(12);
    expect(report.runs.filter(({ status, fire }) => status !== "succeeded" || fire === "none")).toEqual([]);
    expect(report.killedSchedulers).toBeGreaterThan(0);
  },
);
