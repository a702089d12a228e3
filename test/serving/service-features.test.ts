import { Int64, Table, tableFromIPC, tableToIPC, Utf8, vectorFromArray } from "apache-arrow";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { answerBatch } from "../../runtime/serving/worker/answer-batch.ts";
import { loadService } from "../../runtime/serving/worker/load-service.ts";
import { host } from "../../sdk/base/host.ts";
import { count, entity, featureView, features, last, rows } from "../../sdk/features/index.ts";
import { models } from "../../sdk/models/index.ts";
import { modelRig, pathspecOf } from "../catalog/models/model-rig.ts";
import { temporaryFolder } from "../rigs/harness.ts";
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
  const { service, predictions } = await loadService(
    {
      file: path.join(project, "service.js"),
      service: "Churn",
      model,
    },
    (url) => import(url),
  );
  const prediction = predictions.get("score")!;
  const { answers, faults } = await answerBatch({ service, prediction }, [
    { text: '[{"id":"a"},{"id":"c"}]' },
    { text: '{"id":"b"}' },
  ]);
  expect([faults, answers.map(({ body }) => body)]).toEqual([[], ["[20,0]", "10"]]);
});

const OFFERS = `import { count, entity, featureView, last, rows } from "millrace/features";
import { predict, serve, Service } from "millrace/serving";
const offer = entity("offer", { keys: { shop: "string", item: "bigint" } });
const source = rows([], { event: "at" });
const offers = featureView("offers", { entity: offer, source, features: { sold: count(), price: last("price") } });
const input = { "~standard": { version: 1, vendor: "own", validate: (value) => ({ value }) } };
class Prices extends Service {
  score(rows) {
    return rows.map(({ shop, sold, price }) => ({ shop, sold, price }));
  }
}
const options = { input, features: [offers.all] };
predict(options)(Prices.prototype, "score", Object.getOwnPropertyDescriptor(Prices.prototype, "score"));
serve(Prices);
`;

/** A service that looks up what is sold in shops, and its prediction. */
async function prices() {
  const datastore = temporaryFolder();
  const data = [
    { shop: "north", item: 2n ** 60n, at: 0, price: 4 },
    { shop: "north", item: 2n ** 60n, at: 1, price: 5 },
    { shop: "south", item: 7n, at: 0, price: 9 },
  ];
  const offer = entity("offer", { keys: { shop: "string", item: "bigint" } });
  const source = rows(data, { event: "at" });
  const offers = featureView("offers", { entity: offer, source, features: { sold: count(), price: last("price") } });
  await features.materialize([offers.all], { until: 2, datastore });
  const project = makeProject({ "service.js": OFFERS, "package.json": JSON.stringify({ type: "module" }) });
  const before = host().datastore;
  onTestFinished(() => void (host().datastore = before));
  host().datastore = datastore;
  const { service, predictions } = await loadService(
    {
      file: path.join(project, "service.js"),
      service: "Prices",
      model: null,
    },
    (url) => import(url),
  );
  return { service, prediction: predictions.get("score")! };
}

test("rows of Arrow get features as those of JSON do, by keys of 64 bits", async () => {
  const call = await prices();
  const stream = (items: readonly bigint[]) =>
    tableToIPC(
      new Table({
        shop: vectorFromArray(["north", "south"], new Utf8()),
        item: vectorFromArray(items, new Int64()),
      }),
      "stream",
    );
  const { answers, faults } = await answerBatch(call, [
    { bytes: stream([2n ** 60n, 7n]), isArrowAnswer: true },
    { bytes: stream([8n, 8n]) },
    { text: '[{"shop":"south","item":7}]' },
  ]);
  expect(faults).toEqual([]);
  expect(
    tableFromIPC(answers[0]!.body)
      .toArray()
      .map((row) => ({ ...(row as object) })),
  ).toEqual([
    { shop: "north", sold: 2, price: 5 },
    { shop: "south", sold: 1, price: 9 },
  ]);
  expect(answers.slice(1).map(({ body }) => JSON.parse(String(body)) as unknown)).toEqual([
    [
      { shop: "north", sold: 0, price: null },
      { shop: "south", sold: 0, price: null },
    ],
    [{ shop: "south", sold: 1, price: 9 }],
  ]);
  // The log has them as texts: JSON has no number of 64 bits.
  expect(answers[0]?.features?.rows).toMatchObject([{ item: String(2n ** 60n), sold: 2 }, { item: 7 }]);
});

test("a key of the wrong type is the client's mistake: 422 says where it is, and the others are answered", async () => {
  const call = await prices();
  const texts = ['[{"shop":"south","item":7},{"shop":1,"item":"7"}]', '{"shop":"south","item":7.5}'];
  const { answers, faults } = await answerBatch(call, [
    ...texts.map((text) => ({ text })),
    { text: '{"shop":"south","item":null}' },
  ]);
  expect(faults).toEqual([]);
  expect(answers.map(({ status, body }) => [status, JSON.parse(String(body)) as unknown])).toEqual([
    [
      422,
      {
        issues: [
          { path: [1, "shop"], message: "it is a key of offer and has to be a string: 1" },
          { path: [1, "item"], message: 'it is a key of offer and has to be a bigint: "7"' },
        ],
      },
    ],
    [422, { issues: [{ path: ["item"], message: "it is a key of offer and has to be a bigint: 7.5" }] }],
    [200, { shop: "south", sold: 0, price: null }],
  ]);
});
