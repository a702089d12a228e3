import process from "node:process";
import { expect, test } from "vitest";
import { chaos } from "../../deploy/local/chaos.ts";
import { localFlows } from "../../deploy/local/local-store.ts";
import { MOTO } from "../../rigs/aws/moto.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { serviceForFile } from "./bucket-for-file.ts";

/** With `TEST_CHAOS_DEPLOYMENTS=4` there are 100 instants. */
const DEPLOYMENTS = Number(process.env["TEST_CHAOS_DEPLOYMENTS"] ?? "1");
const INSTANTS = 25;
const EVENTS = 2;

describeWith(MOTO, "schedulers on a bucket", () => {
  const service = serviceForFile();

  test(
    "under random kills, three of them start one run for each instant and event, none twice, and all succeed",
    { timeout: 3_600_000 },
    async () => {
      const { datastore, env } = service().machine(await service().store());
      const flows = await localFlows({ datastore, env });
      const began = Date.now();
      const { runs, fires, problems, killedSchedulers, killedDrivers, starts } = await chaos({
        ...{ flows, env, schedulers: 3, slots: 2, deployments: DEPLOYMENTS, instants: INSTANTS, events: EVENTS },
        ...{ killEveryMs: 20_000, killUntil: 0.6, withinMs: 3_300_000 },
      });
      const seconds = Math.round((Date.now() - began) / 1000);
      console.log(
        `${runs.length} runs in ${seconds} s: ${killedSchedulers} schedulers and ${killedDrivers} drivers killed, ${starts} starts`,
      );
      const expected = DEPLOYMENTS * (INSTANTS + EVENTS);
      expect(problems).toEqual([]);
      expect(fires).toEqual({ instants: DEPLOYMENTS * INSTANTS, events: DEPLOYMENTS * EVENTS });
      expect(runs).toHaveLength(expected);
      expect(new Set(runs.map(({ fire }) => fire)).size).toBe(expected);
      expect(runs.filter(({ status, fire }) => status !== "succeeded" || fire === "none")).toEqual([]);
    },
  );
});
