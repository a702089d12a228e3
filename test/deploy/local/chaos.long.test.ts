import process from "node:process";
import { expect, test } from "vitest";
import { chaos } from "./chaos.ts";
import { localFlows, storeFolder } from "./local-store.ts";

const INSTANTS = Number(process.env["MILLRACE_CHAOS_INSTANTS"] ?? "1000");

test(
  "five schedulers under random kills start one run for each of 1,000 instants, none twice, and all succeed",
  { timeout: 6_000_000 },
  async () => {
    const flows = await localFlows({ datastore: storeFolder() });
    const deployments = Math.ceil(INSTANTS / 50);
    const began = Date.now();
    const report = await chaos({
      ...{ flows, schedulers: 5, slots: 2, deployments, instants: Math.min(50, INSTANTS), events: 2 },
      ...{ killEveryMs: 2_000, killUntil: 0.9, withinMs: 5_400_000 },
    });
    const { runs, killedSchedulers, killedDrivers, starts } = report;
    const seconds = Math.round((Date.now() - began) / 1000);
    console.log(
      `${runs.length} runs in ${seconds} s: ${killedSchedulers} schedulers and ${killedDrivers} drivers killed, ${starts} starts`,
    );
    const expected = deployments * (Math.min(50, INSTANTS) + 2);
    expect(report.problems).toEqual([]);
    expect(report.fires).toEqual({ instants: deployments * Math.min(50, INSTANTS), events: deployments * 2 });
    expect(runs).toHaveLength(expected);
    expect(new Set(runs.map(({ fire }) => fire)).size).toBe(expected);
    expect(runs.filter(({ status, fire }) => status !== "succeeded" || fire === "none")).toEqual([]);
  },
);
