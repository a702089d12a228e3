import { beforeAll, expect, test } from "vitest";
import { modelsCommand } from "../../runtime/cli/commands/models/command.ts";
import { models } from "../../sdk/models/index.ts";
import { type ModelRig, modelRig, pathspecOf } from "../catalog/models/model-rig.ts";
import { Captured } from "./command-runner.ts";

const RUN = "20260101-000000000-aaaaa";
const REGISTER = ["register", "churn"];

/** Three versions of churn, of which the first is in production. */
let rig: ModelRig;

beforeAll(async () => {
  rig = modelRig();
  const { folder: datastore } = rig;
  const pathspec = pathspecOf(rig.train(RUN, 7));
  for (const auc of [0.9, 0.95, 0.85]) await models.register("churn", pathspec, { datastore, metrics: { auc } });
  await models.promote("churn", 1, { datastore, alias: "production" });
});

test.each([
  [["show", "chur@1"], /did you mean churn\?/],
  [["show", "churn@prodction"], /did you mean production\?/],
  [["show", "churn@9"], /the latest is churn@3/],
  [["show", "churn"], /does not say which version/],
  [["versions", "chrn"], /did you mean churn\?/],
  [["history", "churn", "--at", "2026-02-31"], /it is not a time/],
  [["diff", "churn@1", "churn@8"], /there is no such version/],
  [["promote", "churn@1", "--alias", "latest"], /stands for the highest number/],
  [["promote", "churn@1", "--alias", "a", "--expect", "0"], /number of a version, or none/],
  [["promote", "churn@1", "--alias", "a", "--require", "auc"], /It takes metrics.NAME/],
  [["promote", "churn@1", "--alias", "a", "--reason", "x".repeat(10_001)], /not a text of at most 10000 characters/],
  [["promote", "churn@1"], /'--alias <name>' not specified/],
  [["rollback", "churn@1"], /only an alias can be rolled back/],
  [["rollback", "churn@production"], /it pointed nowhere before 1/],
  [["remove", "churn@latest"], /it may be another version by now/],
  [["remove", "churn@1"], /an alias points to it: production/],
  [[...REGISTER, `Churn/${RUN}/start/mdel`], /did you mean model\?/],
  [[...REGISTER, `Churn/${RUN}/start/1`], /it names no artifact/],
  [[...REGISTER, "model"], /it names no artifact/],
  [[...REGISTER, `Churn/${RUN}/model`], /a step comes first/],
  [[...REGISTER, `Churn/${RUN}/start/model`, "--metric", "auc"], /as in auc=0.91/],
  [[...REGISTER, `Churn/${RUN}/start/model`, "--metric", "auc="], /What follows auc= is not a number/],
  [[...REGISTER, `Churn/${RUN}/start/model`, "--metric", "a=1", "--metric", "a=2"], /The metric a is given twice/],
  [["register", "a b", `Churn/${RUN}/start/model`], /Cannot use the name "a b"/],
])("models %j is refused with the fix, and writes nothing", async (args, wanted) => {
  const before = rig.store.storage.list("models/churn/versions").concat(rig.store.storage.list("models/churn/moves"));
  const captured = new Captured(() => rig.store);
  await expect(captured.run(modelsCommand, ...args)).rejects.toThrow(wanted);
  expect([captured.text, captured.json]).toEqual(["", []]);
  const after = rig.store.storage.list("models/churn/versions").concat(rig.store.storage.list("models/churn/moves"));
  expect(after).toEqual(before);
});
