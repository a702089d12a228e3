import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { answerBatch } from "../../runtime/serving/worker/answer-batch.ts";
import { loadService } from "../../runtime/serving/worker/load-service.ts";
import { host } from "../../sdk/base/host.ts";
import { count, entity, featureView, features, rows } from "../../sdk/features/index.ts";
import { models } from "../../sdk/models/index.ts";
import { modelRig, pathspecOf } from "../catalog/models/model-rig.ts";
import { makeProject } from "../rigs/project.ts";

const SERVICE = `import { count, entity, featureView, features, rows } from "millrace/features";
import { predict, serve, Service } from "millrace/serving";
const customer = entity("customer", { keys: { id: "string" } });
const source = rows([], { event: "at" });
const visits = featureView("visits", { entity: customer, source, features: { visits: count() } });
const input = { "~standard": { version: 1, vendor: "own", validate: (value) => ({ value }) } };
class Churn extends Service {
  static model = "churn@1";
  async score(keys) {
    return (await features.online(customer, keys, [visits.visits])).map(({ visits }) => visits * 10);
  }
}
predict({ input })(Churn.prototype, "score", Object.getOwnPropertyDescriptor(Churn.prototype, "score"));
serve(Churn);
`;

test("a method of a service looks features up where the service's model is", async () => {
  const { folder: datastore, train } = modelRig();
  await models.register("churn", pathspecOf(train("20260101-000000000-aaaaa", 7)), { datastore });
  const data = ["a", "b", "a"].map((id) => ({ id, at: 0 }));
  const customer = entity("customer", { keys: { id: "string" } });
  const source = rows(data, { event: "at" });
  const visits = featureView("visits", { entity: customer, source, features: { visits: count() } });
  await features.materialize([visits.all], { until: 1, datastore });
  const project = makeProject({ "service.js": SERVICE, "package.json": JSON.stringify({ type: "module" }) });
  const before = host().datastore;
  onTestFinished(() => void (host().datastore = before));
  const model = { name: "churn", number: 1, datastore };
  const { service, predictions } = await loadService({
    file: path.join(project, "service.js"),
    service: "Churn",
    model,
  });
  const prediction = predictions.get("score")!;
  const { answers, faults } = await answerBatch({ service, prediction }, [
    { text: '[{"id":"a"},{"id":"c"}]' },
    { text: '{"id":"b"}' },
  ]);
  expect([faults, answers.map(({ body }) => body)]).toEqual([[], ["[20,0]", "10"]]);
});
