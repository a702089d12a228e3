import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { modelMoveKey } from "../../../runtime/datastore/kinds/model-move.ts";
import { models } from "../../../sdk/models/index.ts";
import { millrace } from "../../rigs/harness.ts";
import { modelRig, pathspecOf } from "./model-rig.ts";

test("a damaged move of one model leaves the others in the list, and is told of this one", async () => {
  const rig = modelRig();
  const { folder: datastore } = rig;
  const artifact = pathspecOf(rig.train("20260101-000000000-aaaaa", 1));
  for (const name of ["churn", "fraud"]) {
    await models.register(name, artifact, { datastore });
    await models.promote(name, 1, { alias: "production", datastore });
  }
  fs.writeFileSync(path.join(datastore, modelMoveKey("churn", 1)), "{}\n");
  const [churn, fraud] = await models.list({ datastore });
  expect(churn).toMatchObject({
    name: "churn",
    latest: 1,
    aliases: {},
    problem: expect.stringContaining("000001.json"),
  });
  expect(fraud).toEqual({ name: "fraud", latest: 1, versions: 1, aliases: { production: 1 } });
  const { code, stdout, stderr } = await millrace(["models", "list"], { datastore });
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^churn .*000001\.json/m);
  expect(stdout).toMatch(/^fraud .*production 1/m);
});
