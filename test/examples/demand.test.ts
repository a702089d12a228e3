import path from "node:path";
import { expect, test } from "vitest";
import { readDepartures } from "../../examples/demand/departures.ts";
import type { DemandFlow } from "../../examples/demand/flow.ts";
import type { DemandModel } from "../../examples/demand/linear-regression.ts";
import { Run } from "../../sdk/client/index.ts";
import { models } from "../../sdk/models/index.ts";
import { node, ROOT, temporaryFolder, TSX } from "../rigs/harness.ts";

test(
  "demand: features are defined once for training set, model and service; the check finds no skew, and another definition is refused",
  { timeout: 600_000 },
  async () => {
    const datastore = path.join(temporaryFolder(), "store");
    const started = await node([TSX, path.join(ROOT, "examples/demand/start.ts")], { datastore });
    expect(started.code, started.stdout + started.stderr).toBe(0);
    const [, trained, made, served, checked, changed, ended] = started.stdout.split(/^(?=\d\. )/m);
    expect(trained).toContain('demand@1 is wrong by 14.9 flights in June; "as a week ago" by 16.8');
    expect(trained).toContain("it was trained on departures, version 1: lastDay,");
    expect(made).toContain("departures version 1: 20 keys of 3620 rows; read 6 of 6 parts");
    expect(served).toContain("20 airports, wrong by 12.6 flights");
    expect(served).toMatch(/demand@1 +production +1 +lastDay, .*DemandService http/u);
    expect(checked?.match(/^ +departures\.\w+ +20 +0 +0%$/gmu)).toHaveLength(8);
    expect(checked).toContain("what was served is what training sees");
    expect(changed).toMatch(/departures version 2: 20 keys of 3620 rows; read 0 of 6 parts/u);
    expect(changed).toContain("departures.usual is mean(flights, 14d), and was mean(flights, 28d)");
    expect(ended).toContain("All processes have ended");

    const version = await models.get<DemandModel>("demand@production", { datastore });
    const [use] = (await version.lineage()).features;
    expect([version.number, use?.view, use?.version, use?.features.length]).toEqual([1, "departures", 1, 8]);
    expect((await version.load()).weights).toHaveLength(4);
    // No day that it learned from knows of itself or later ones.
    const flights = new Map((await readDepartures()).map((one) => [`${one.airport} ${one.at}`, one.flights]));
    const training = await (await Run.get<DemandFlow>("DemandFlow/latest", { datastore })).data.training;
    const before = ({ airport, at }: { airport: string; at: string }, days: number) =>
      flights.get(`${airport} ${new Date(Date.parse(at) - days * 86_400_000).toISOString().slice(0, 10)}`);
    expect(training.map((day) => [day.lastDay, day.weekAgo, day.fortnightAgo])).toEqual(
      training.map((day) => [before(day, 1), before(day, 7), before(day, 14)]),
    );
  },
);
