import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { storeSettings } from "../../../runtime/settings/store-settings.ts";
import { awsEnvironment, makeBucket, MOTO, motoForFile } from "../../rigs/aws/moto.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, temporaryFolder, tsx } from "../../rigs/harness.ts";
import { churnProject, serveHours } from "./project.ts";

/** Says of the requests that it is given that all of these customers stayed. */
const TELL = `import { readFileSync } from "node:fs";
import { models } from "millrace/models";
for (const id of JSON.parse(readFileSync("ids.json", "utf8"))) await models.outcome(id, false, { model: "churn" });
`;

describeWith(MOTO, "in a bucket", () => {
  const moto = motoForFile();

  test("monitor reads what servers logged and what was told later, and publishes there", async () => {
    const datastore = `s3://${await makeBucket(moto.url())}/store`;
    const env = { ...awsEnvironment(moto.url()), MILLRACE_CACHE: temporaryFolder(), MILLRACE_USER: "ada" };
    const settings = storeSettings({ ...process.env, ...env });
    const cwd = churnProject({ "tell.ts": TELL });
    const trained = await tsx("./train.ts", ["run"], { cwd, datastore, env });
    expect(trained.code, trained.stderr).toBe(0);
    const ids = await serveHours(datastore, { older: 60, settings });
    fs.writeFileSync(path.join(cwd, "ids.json"), JSON.stringify([...ids.slice(0, 20), "of-nobody"]));
    const told = await tsx("./tell.ts", [], { cwd, datastore, env: { ...env, MILLRACE_DATASTORE: datastore } });
    expect(told.code, told.stderr).toBe(0);
    const { code, stdout, stderr } = await millrace(["monitor", "churn", "--window", "3h", "--json"], {
      ...{ cwd, datastore, env },
    });
    expect(code, stderr).toBe(1);
    const report = JSON.parse(stdout);
    expect(report.traffic).toMatchObject({ requests: 600, errors: 0 });
    expect(report.accuracy).toMatchObject({ leftOut: 0, fields: [{ field: "", known: 20, accuracy: 0 }] });
    expect(report.drift.columns[0]).toMatchObject({ isDrifted: true, effect: "large" });
  }, 400_000);
});
