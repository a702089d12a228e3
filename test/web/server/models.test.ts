import { expect, test } from "vitest";
import type { ModelAnswer, ModelsAnswer, MonitorAnswer } from "../../../runtime/web/api/model-shapes.ts";
import { folderOfFile } from "../../rigs/harness.ts";
import { HOSTILE, hostileModels } from "../hostile-models.ts";
import { startPage } from "./served-page.ts";

test("models are listed, and one has its versions, the moves of its aliases and what it was made from", async () => {
  const datastore = folderOfFile();
  await hostileModels(datastore);
  const page = await startPage([], { datastore });
  expect(await page.get<ModelsAnswer>("/api/models")).toEqual({
    models: [{ name: "churn", latest: 2, versions: 2, aliases: { production: 1 } }],
  });
  const churn = await page.get<ModelAnswer>("/api/models/churn");
  expect(churn).toMatchObject({ name: "churn", count: 2, aliases: { production: 1 } });
  expect(churn.versions.map(({ number, aliases, metrics }) => [number, aliases, metrics["auc"]])).toEqual([
    [2, [], "NaN"],
    [1, ["production"], 0.9],
  ]);
  expect(churn.versions[0]).toMatchObject({
    description: `${HOSTILE} 2`,
    ...{ flow: "Churn", step: "start", task: 1, artifact: "model" },
    lineage: {
      ...{ flowFile: "flow.ts", commit: null, packages: {} },
      parameters: [{ name: "rate", text: "0.1" }],
      data: [{ name: "data" }, { name: "rows" }],
    },
  });
  expect(churn.moves.map(({ from, to, reason }) => [from, to, reason])).toEqual([
    [2, 1, "errors since noon"],
    [null, 2, HOSTILE],
  ]);
  const newest = await page.get<ModelAnswer>("/api/models/churn?limit=1");
  expect([newest.count, newest.versions.map(({ number }) => number)]).toEqual([2, [2]]);
  const unknown = await page.ask("/api/models/chur");
  expect([unknown.status, unknown.text]).toEqual([404, expect.stringContaining("did you mean churn?")]);

  const monitored = await page.get<MonitorAnswer>("/api/models/churn/monitor?window=1h");
  expect(monitored).toMatchObject({
    isAlarm: true,
    verdict: expect.stringContaining("DRIFT in 1 of 1 column (churn@1: 30 rows against 100 of training"),
    traffic: { rows: [["churn@1", "30", "30", "0", "0", "2", "2", "2"]] },
    notes: ["kept 30 of 30 requests"],
  });
  expect((await page.ask("/api/models/churn/monitor?window=soon")).status).toBe(400);
});
