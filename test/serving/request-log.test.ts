import { expect, test } from "vitest";
import { models } from "../../sdk/models/index.ts";
import { modelRig, pathspecOf } from "../catalog/models/model-rig.ts";
import { millrace } from "../rigs/harness.ts";
import { serviceProject, startService } from "../rigs/serving/started-service.ts";

const SERVICE = `
  import { predict, serve, Service } from "millrace/serving";
  import { z } from "zod";

  class ChurnService extends Service<Buffer> {
    static model = "Churn@production";

    @predict({ input: z.object({ age: z.number() }), output: z.number() })
    score(rows: { age: number }[]) {
      return rows.map(({ age }) => (age > 50 ? 1 : 0));
    }
  }

  serve(ChurnService);
`;

test("what a server was asked is counted and kept for monitor, and truths find it by the answer's id", async () => {
  const { folder: datastore, train } = modelRig();
  await models.register("Churn", pathspecOf(train("run-0", 1)), { datastore });
  await models.promote("Churn", 1, { alias: "production", datastore });
  const service = await startService(serviceProject(SERVICE), { datastore, args: ["--log", "1"] });
  const ids: string[] = [];
  for (let at = 0; at < 40; at += 1) {
    const answer = await service.post("/score", { age: at * 2 });
    expect(await answer.json()).toBe(at > 25 ? 1 : 0);
    ids.push(answer.headers.get("x-request-id") ?? "");
  }
  expect((await service.post("/score", { age: "old" })).status).toBe(422);
  expect((await service.post("/score", [{ age: 1 }, { age: 2 }])).status).toBe(200);
  expect(await service.stop()).toEqual({ code: 0, signal: null });
  // Every tenth answer was wrong.
  for (const [at, id] of ids.entries())
    await models.outcome(id, at % 10 === 0 ? (at > 25 ? 0 : 1) : at > 25 ? 1 : 0, { datastore });
  const { stdout, stderr } = await millrace(["monitor", "Churn", "--window", "1h", "--json"], { datastore });
  const report = JSON.parse(stdout || stderr);
  expect(report.traffic).toMatchObject({ requests: 42, refused: 1, errors: 0 });
  expect(report.versions).toMatchObject([{ number: 1, requests: 42 }]);
  expect(report.accuracy.fields).toMatchObject([{ known: 40, accuracy: 0.9 }]);
});

test("a share that is none is refused", async () => {
  const folder = serviceProject(SERVICE);
  await expect(startService(folder, { args: ["--log", "10%"] })).rejects.toThrow(/a share from 0 to 1, such as 0\.1/);
});
