import fs from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import { Run } from "../../../sdk/client/index.ts";
import type { ModelReference } from "../../../sdk/files/model-reference.ts";
import { models } from "../../../sdk/models/index.ts";
import { modelRig } from "../../catalog/models/model-rig.ts";
import { large } from "../../datastore/maintenance/stored-run.ts";
import { type Finished, millrace, runFlow, tsx } from "../../rigs/harness.ts";

const FLOWS = path.join(import.meta.dirname, "flows");
const SCORE = path.join(FLOWS, "score.ts");
const KEEP = path.join(FLOWS, "keep.ts");

/** Has churn@1 in production, churn@2 and churn@3, each of a run of its own. */
let datastore = "";

beforeAll(async () => {
  ({ datastore } = await runFlow(path.join(FLOWS, "register.ts")));
  for (let time = 0; time < 2; time += 1) await tsx(path.join(FLOWS, "register.ts"), ["run"], { datastore });
  await models.promote("churn", 1, { datastore, alias: "production" });
}, 180_000);

function score(...args: string[]): Promise<Finished> {
  return tsx(SCORE, args, { datastore });
}

test("models:churn@production is the version that it is when the run begins; a resume keeps it, show and the client tell it", async () => {
  const { hash } = await models.get("churn@1", { datastore });
  const failed = await score("run", "--model", "models:churn@production", "--fails");
  expect(failed.code, failed.stderr).toBe(1);
  await models.promote("churn", 2, { datastore, alias: "production" });
  const resumed = await score("resume", "--no-fails");
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(resumed.stdout + resumed.stderr).toContain(`churn@1 ${hash} churn@production, other none`);
  const run = await Run.get("ScoreFlow/latest", { datastore });
  const data = run.data as unknown as Readonly<Record<"model" | "chosen", Promise<ModelReference>>>;
  const [model, chosen] = [await data.model, await data.chosen];
  expect([String(model), model.hash, model.asked, String(chosen)]).toEqual([
    "churn@1",
    hash,
    "churn@production",
    "churn@1",
  ]);
  const weights = { weights: [1, 2, 3] };
  expect([await model.load(), await chosen.load()]).toEqual([weights, weights]);
  const shown = await millrace(["dump", "ScoreFlow/latest/end"], { datastore });
  expect(shown.stdout).toMatch(/Model churn@1 \([0-9a-f]{8}…, given as churn@production\)/);
  const json = await millrace(["dump", "ScoreFlow/latest/end", "--json"], { datastore });
  expect(json.stdout).toContain(hash);
}, 120_000);

test("a default that a configuration gives, and a variable, name a model as well", async () => {
  const env = { MILLRACE_PARAM_MODEL: "models:churn@2" };
  const args = ["run", "--config-value", "defaults", '{"other":"models:churn@latest"}'];
  const done = await tsx(SCORE, args, { datastore, env });
  expect(done.code, done.stderr).toBe(0);
  expect(done.stdout + done.stderr).toMatch(/churn@2 [0-9a-f]{64} churn@2, other churn@3/);
}, 60_000);

test.each([
  [
    "models:chur@production",
    /parameter model because models:chur@production[^]*none of that name[^]*did you mean churn\?/,
  ],
  ["models:churn@prodution", /no alias prodution[^]*did you mean production\?/],
  ["models:churn@99", /there is no such version[^]*the latest is churn@3/],
  ["models:churn", /does not say which version/],
])(
  "%s is refused with the fix before the run begins",
  async (value, wanted) => {
    const before = fs.readdirSync(path.join(datastore, "flows/ScoreFlow"));
    const done = await score("run", "--model", value);
    expect([done.code, done.stderr]).toEqual([2, expect.stringMatching(wanted)]);
    expect(fs.readdirSync(path.join(datastore, "flows/ScoreFlow"))).toEqual(before);
  },
  60_000,
);

test("gc keeps the model that a run was given, also when its version was given up", async () => {
  const { folder, store, train } = modelRig();
  const trained = train("20260101-000000000-aaaaa", 7);
  const { hash } = await models.register("big", `Churn/${trained.run}/start/1/model`, { datastore: folder });
  const done = await tsx(KEEP, ["run", "--model", "models:big@latest"], { datastore: folder });
  expect(done.code, done.stderr).toBe(0);
  await models.remove("big@1", { datastore: folder });
  fs.rmSync(path.join(folder, "flows/Churn"), { recursive: true });
  for (const file of fs.readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (file.isFile()) fs.utimesSync(path.join(file.parentPath, file.name), 1, 1);
  const gc = await millrace(["gc"], { datastore: folder });
  expect(gc.code, gc.stderr).toBe(0);
  expect(store.storage.has(blobKey(hash))).toBe(true);
  const run = await Run.get("KeepFlow/latest", { datastore: folder });
  const model = await (run.data as unknown as { model: Promise<ModelReference<Buffer>> }).model;
  expect(Buffer.from(await model.load())).toEqual(large(7));
  expect((await millrace(["fsck"], { datastore: folder })).code).toBe(0);
  // It cannot be given anew.
  const again = await tsx(KEEP, ["run", "--model", "models:big@1"], { datastore: folder });
  expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/removed it/)]);
}, 120_000);

test("a version whose artifact is lost, or whose record is damaged, begins no run", async () => {
  const { folder, train } = modelRig();
  const trained = train("20260101-000000000-aaaaa", 7);
  const { hash } = await models.register("big", `Churn/${trained.run}/start/1/model`, { datastore: folder });
  const start = () => tsx(KEEP, ["run", "--model", "models:big@1"], { datastore: folder });
  fs.renameSync(path.join(folder, blobKey(hash)), path.join(folder, "lost"));
  const lost = await start();
  expect([lost.code, lost.stderr]).toEqual([
    2,
    expect.stringMatching(/Cannot load big@1 because blob .* is not in the/),
  ]);
  fs.writeFileSync(path.join(folder, "models/big/versions/1.json"), "{}");
  const damaged = await start();
  expect([damaged.code, damaged.stderr]).toEqual([2, expect.stringMatching(/parameter model because models:big@1/)]);
}, 120_000);
