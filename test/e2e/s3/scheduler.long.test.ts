import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { Events } from "../../../runtime/datastore/events.ts";
import { Fires } from "../../../runtime/datastore/fires.ts";
import { readRunHeader } from "../../../runtime/datastore/reader/read-run.ts";
import { deployed, everyMinute, localFlows } from "../../deploy/local/local-store.ts";
import { manyDeployments } from "../../deploy/local/many-deployments.ts";
import { StartedScheduler } from "../../deploy/local/started-scheduler.ts";
import { MOTO } from "../../rigs/aws/moto.ts";
import type { SeenRequest } from "../../rigs/aws/proxy/fault.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { serviceForFile } from "./bucket-for-file.ts";

const DEPLOYMENTS = 1000;

describeWith(MOTO, "a scheduler on a bucket", () => {
  const service = serviceForFile();

  test(
    "with 1,000 deployments of which none is due makes at most 20 requests a minute",
    { timeout: 400_000 },
    async () => {
      const { datastore, env } = service().machine(await service().store());
      const flows = await localFlows({ datastore, env });
      await manyDeployments(flows, openDatastore(datastore), DEPLOYMENTS);
      const scheduler = new StartedScheduler({ ...flows, env });
      expect(await scheduler.count("began", 1)).toMatchObject([{ deployments: DEPLOYMENTS }]);
      // Signs of life come every quarter of a minute; what lies between two of them is counted.
      const beats = (seen: readonly SeenRequest[]) =>
        seen.flatMap(({ op, key }, at) => (op === "put" && key.includes("/schedulers/") ? [at] : []));
      await service().proxy.clear();
      for (;;) {
        const seen = await service().proxy.requests();
        const [first = 0, second] = beats(seen);
        if (second !== undefined) {
          const between = seen.slice(first, second).map(({ op, key }) => `${op} ${key}`);
          expect(between.length, between.join("\n")).toBeLessThanOrEqual(5);
          expect(between.length).toBeGreaterThanOrEqual(2);
          break;
        }
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
  );

  test("two schedulers that are killed run each instant and event once", { timeout: 900_000 }, async () => {
    const { datastore, env } = service().machine(await service().store());
    const flows = await localFlows({ datastore, env });
    const store = openDatastore(datastore);
    const minute = new Date(Date.now() - 600_000).getUTCMinutes();
    const rule = everyMinute({ cron: `${minute} * * * *`, overlap: "allow" });
    const row = { events: ["row"], parameters: {}, policy: "each" } as const;
    const time = Date.now() - 3 * 3_600_000;
    deployed(flows, store, { name: "bucket", time, triggers: { schedules: [rule], events: [row] } });
    const schedulers = [new StartedScheduler({ ...flows, env }), new StartedScheduler({ ...flows, env })];
    new Events(store.storage).publish({ name: "row", data: 1, username: "ada" });
    await schedulers[0]?.count("fired", 1).catch(() => []);
    schedulers[0]?.child.kill("SIGKILL");
    const last = new StartedScheduler({ ...flows, env });
    const fires = new Fires(store.storage);
    const isOpen = () => store.storage.list("inbox").some((name) => /^(fire|event)~/.test(name));
    while (fires.names("bucket").length < 4 || isOpen()) await new Promise((resolve) => setTimeout(resolve, 500));
    const runs = store.runs("QuickFlow").map((run) => readRunHeader(store, { flow: "QuickFlow", run }));
    const ofDeployment = runs.filter(({ document }) => document.deployment !== undefined);
    expect(ofDeployment.map(({ status }) => status)).toEqual(["succeeded", "succeeded", "succeeded", "succeeded"]);
    expect(fires.names("bucket")).toHaveLength(4);
    expect(last.of("trouble")).toEqual([]);
  });
});
