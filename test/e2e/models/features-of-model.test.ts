import path from "node:path";
import { expect, test } from "vitest";
import { models } from "../../../sdk/models/index.ts";
import { runFlow, tsx } from "../../rigs/harness.ts";

const FLOW = path.join(import.meta.dirname, "flows/features.ts");

test("a model knows which versions of which features it was trained on, those of the tasks before it as well", async () => {
  const { code, stderr, datastore, run } = await runFlow(FLOW, ["run"]);
  expect(code, stderr).toBe(0);
  const lineage = await (await models.get("churn@1", { datastore })).lineage();
  const place = `TrainFlow/${run}`;
  expect(lineage.features.map(({ hash, task, ...use }) => ({ ...use, step: task.replace(/\/\d+$/u, "") }))).toEqual([
    { view: "visits", version: 1, features: ["visits", "visits1d"], step: `${place}/compute` },
    { view: "spending", version: 1, features: ["spent"], step: `${place}/train` },
  ]);
  expect((await tsx(FLOW, ["run", "--window", "14d"], { datastore })).code).toBe(0);
  const later = await (await models.get("churn@2", { datastore })).lineage();
  expect(later.features.map(({ view, version }) => [view, version])).toEqual([
    ["visits", 1],
    ["spending", 2],
  ]);
  const diff = await models.diff("churn@1", "churn@2", { datastore });
  expect(diff.filter(({ part }) => part === "features").map(({ name }) => name)).toEqual(["spending"]);
  // From outside, what the task before had computed is known, and not what came after.
  const version = await models.register("visits", `${place}/gather/4/found`, { datastore });
  expect((await version.lineage()).features.map(({ view, features }) => [view, features])).toEqual([
    ["visits", ["visits"]],
  ]);
}, 90_000);
