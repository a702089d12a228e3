import process from "node:process";
import { expect, test } from "vitest";
import { chaos } from "./chaos.ts";
import { localFlows, storeFolder } from "./local-store.ts";

/** With `TEST_CHAOS_DEPLOYMENTS=20` there are 1,000 instants, which takes a quarter of an hour and more. */
const DEPLOYMENTS = Number(process.env["TEST_CHAOS_DEPLOYMENTS"] ?? "2");
const INSTANTS = 50;
const EVENTS = 2;

test(
  "five schedulers under random kills start one run for each instant and event, none twice, and all succeed",
  { timeout: 6_000_000 },
  async () => {
    const flows = await localFlows({ datastore: storeFolder() });
    const began = Date.now();
    const report = await chaos({
      ...{ flows, schedulers: 5, slots: 2, deployments: DEPLOYMENTS, instants: INSTANTS, events: EVENTS },
      ...{ killEveryMs: 2_000, killUntil: 0.9, withinMs: 5_400_000 },
    });
    const { runs, killedSchedulers, killedDrivers, starts } = report;
    const seconds = Math.round((Date.now() - began) / 1000);
    console.log(
      `${runs.length} runs in ${seconds} s: ${killedSchedulers} schedulers and ${killedDrivers} drivers killed, ${starts} starts`,
    );
    const expected = DEPLOYMENTS * (INSTANTS + EVENTS);
    expect(report.problems).toEqual([]);
    expect(report.fires).toEqual({ instants: DEPLOYMENTS * INSTANTS, events: DEPLOYMENTS * EVENTS });
    expect(runs).toHaveLength(expected);
    expect(new Set(runs.map(({ fire }) => fire)).size).toBe(expected);
    expect(runs.filter(({ status, fire }) => status !== "succeeded" || fire === "none")).toEqual([]);
  },
);
