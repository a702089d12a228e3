import { expect, test } from "vitest";
import { Deployments } from "../../../runtime/datastore/deployments.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { MOTO } from "../../rigs/aws/moto.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, tsx } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";
import { serviceForFile } from "../s3/bucket-for-file.ts";

const FLOW = `import { FlowSpec, main, parameter, schedule, step, triggerOnFinish } from "millrace";
@schedule({ cron: "0 6 * * *" })
@triggerOnFinish({ flow: "EtlFlow" })
class ScoreFlow extends FlowSpec {
  @parameter() size = 1;
  @step({ start: true, end: true }) start() {}
}
main(ScoreFlow);
`;

describeWith(MOTO, "a deployment in a bucket", () => {
  const service = serviceForFile();

  test("is made, rolled back and backfilled as in a folder", { timeout: 300_000 }, async () => {
    const datastore = await service().store();
    const cwd = makeProject({ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": STANDARD });
    const at = { ...service().machine(datastore), cwd };
    const spec = await tsx("./flow.ts", ["deploy", "local", "--only-spec"], at);
    expect([spec.code, JSON.parse(spec.stdout).version], spec.stderr).toEqual([0, 1]);
    expect(openDatastore(datastore).storage.list("")).toEqual([]);
    for (const size of ["1", "2"]) {
      const done = await tsx("./flow.ts", ["deploy", "local", "--size", size], at);
      expect(done.code, done.stderr).toBe(0);
    }
    expect((await millrace(["deployment", "rollback", "ScoreFlow"], at)).stdout).toContain("back at version 1");
    const span = ["--from", "2026-03-01", "--to", "2026-03-03"];
    const filled = await millrace(["deployment", "backfill", "ScoreFlow", ...span, "--json"], at);
    expect(JSON.parse(filled.stdout).runs).toHaveLength(2);
    const runs = await millrace(["deployment", "runs", "ScoreFlow", "--json"], at);
    expect(JSON.parse(runs.stdout)).toMatchObject([
      { version: 1, status: "pending" },
      { version: 1, status: "pending" },
    ]);
    const deployments = new Deployments(openDatastore(datastore).storage);
    expect(deployments.known("ScoreFlow")).toMatchObject({ version: 1, action: "rollback", sequence: 3 });
  });
});
