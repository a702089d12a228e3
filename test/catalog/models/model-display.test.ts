import { expect, test } from "vitest";
import { DISPLAY } from "../../../sdk/client/mime-bundle.ts";
import { models } from "../../../sdk/models/index.ts";
import { modelRig, pathspecOf } from "./model-rig.ts";

test("a notebook shows a version with its aliases, metrics and lineage; what people wrote is text", async () => {
  const { folder: datastore, train } = modelRig();
  const pathspec = pathspecOf(train("20260101-000000000-aaaaa", 7));
  const hostile = "<script>alert(1)</script>";
  await models.register("churn", pathspec, { datastore, metrics: { auc: 0.9 }, description: hostile });
  await models.promote("churn", 1, { datastore, alias: "production" });
  const shown = await (await models.get("churn@production", { datastore }))[DISPLAY]();
  const html = shown["text/html"] ?? "";
  expect(html).toMatch(/churn@1 <code>production<\/code>[^]*auc[^]*0\.9[^]*Churn\/20260101-000000000-aaaaa\/start\/1/);
  expect(html).toContain("&lt;script&gt;alert(1)");
  expect(html).not.toContain("<script>");
  expect(shown["text/plain"]).toContain("Model churn@1  (production)");
});
