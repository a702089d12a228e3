import fs from "node:fs";
import path from "node:path";
import { inspect } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { bundleOf } from "../../../runtime/notebook/session/bundle-of.ts";
import { host } from "../../../sdk/base/host.ts";
import { DISPLAY, type MimeBundle } from "../../../sdk/client/mime-bundle.ts";
import { count, entity, featureView, features, rows, sum } from "../../../sdk/features/index.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { hostileFeatures } from "../../web/hostile-features.ts";

const customer = entity("customer", { keys: { customerId: "string" } });
const visits = featureView("visits", {
  entity: customer,
  source: rows([], { event: "at" }),
  features: { visits: count() },
});

async function shown(what: object): Promise<MimeBundle> {
  return (what as Record<symbol, () => Promise<MimeBundle>>)[DISPLAY]!();
}

function storeFor(): string {
  const datastore = temporaryFolder();
  const before = host().datastore;
  onTestFinished(() => void (host().datastore = before));
  host().datastore = datastore;
  return datastore;
}

test("a notebook shows the views of a datastore as a table; what people wrote is text", async () => {
  const datastore = storeFor();
  expect((await shown(await features.list({ datastore })))["text/plain"]).toBe("no feature view");
  await hostileFeatures(datastore);
  const list = await features.list({ datastore });
  expect(list.map(({ name, version, tags }) => [name, version, tags[0]])).toEqual([
    ["spending", 2, "money"],
    ["visits", 1, undefined],
  ]);
  expect(inspect(list[1])).toBe("FeatureView visits  version 1  customer  visits");
  const { "text/html": html = "", "text/plain": text } = await shown(list);
  expect(html).toMatch(/<td>spending<\/td><td>2<\/td><td>customer<\/td>[^]*spent, orders, shop, each/u);
  expect(html).toContain("&lt;script&gt;");
  expect(html).not.toContain("<script>");
  expect(text).toContain("spending  2  customer  2  2026-03-01T00:00:00.000Z");
  // One damaged record does not hide the others.
  fs.writeFileSync(path.join(datastore, "features/visits/online.json"), "{");
  const [, damaged] = await features.list({ datastore });
  expect([damaged?.name, damaged?.version]).toEqual(["visits", null]);
  expect(damaged?.problem).toContain("visits");
});

test("a notebook shows a view with its definition, and what the datastore knows of this very definition", async () => {
  const datastore = storeFor();
  expect((await shown(visits))["text/plain"]).toContain("materialized: not yet");
  await hostileFeatures(datastore);
  const { "text/html": html = "", "text/plain": text } = await shown(visits);
  expect(html).toMatch(/<td>visits<\/td><td>count\(\)<\/td><td>number<\/td><td>2<\/td><td>0<\/td>/u);
  for (const part of ["entity: customer (customerId: string)", "version: 1", "as of 2026-03-01T00:00:00.000Z, 2 keys"])
    expect(text).toContain(part);
  const changed = featureView("spending", {
    entity: customer,
    source: rows([], { event: "at" }),
    features: { spent: sum("amount", { window: "3d" }) },
    description: "<script>alert(1)</script>",
  });
  const other = await shown(changed);
  expect(other["text/plain"]).toContain("version: a new one, which was not materialized");
  expect(other["text/plain"]).toContain("used by: stay@1 (production)");
  expect(other["text/html"]).toMatch(/<td>sum\(amount, 3d\)<\/td><td><\/td>/u);
  expect(other["text/html"]).not.toContain("<script>");
});

test("a notebook shows rows of features as a table of the first rows and columns; programs get a plain array", async () => {
  const datastore = storeFor();
  const data = Array.from({ length: 1003 }, (_, at) => ({ customerId: `c${at}`, at: at * 1000 }));
  const stays = featureView("stays", {
    entity: customer,
    source: rows(data, { event: "at" }),
    features: { stays: count(), known: count({ window: "1s" }) },
  });
  const name = "<img src=x onerror=alert(1)>";
  const wide = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`extra${at}`, `\u001b[31m${name}`]));
  const labels = data.map(({ customerId }, at) => ({ customerId, when: new Date(5000 + at), ...(at < 2 ? wide : {}) }));
  const training = await features.historical(labels, [stays.all], { timestamp: "when" });
  const bundle = await bundleOf(training);
  const { "text/html": html = "", "text/plain": text = "" } = bundle as Record<string, string>;
  expect(html.match(/<tr>/gu)).toHaveLength(51);
  expect(html.match(/<th>/gu)).toHaveLength(30);
  expect(html).toMatch(/<td>c0<\/td><td>1970-01-01T00:00:05\.000Z<\/td>/u);
  expect(html).not.toContain("<img");
  expect(html + text).not.toContain("\u001b");
  expect(html).toContain("… and 953 more rows");
  expect(text).toContain("… and 953 more rows\n… and 14 more columns");

  const expected = labels.map((label) => ({ ...label, stays: 1, known: expect.any(Number) as number }));
  expect(training.slice(0, 6)).toStrictEqual(expected.slice(0, 6));
  expect(Object.keys(training)).toHaveLength(1003);
  expect(JSON.parse(JSON.stringify(training.slice(2, 3)))).toHaveLength(1);
  expect(Object.getOwnPropertySymbols([...training])).toEqual([]);

  await features.materialize([stays.all], { datastore });
  const found = await features.online(customer, [{ customerId: "c7" }, { customerId: "nobody" }], [stays.stays], {
    datastore,
  });
  expect(found).toStrictEqual([
    { customerId: "c7", stays: 1 },
    { customerId: "nobody", stays: 0 },
  ]);
  expect((await shown(found))["text/plain"]).toBe("customerId  stays\nc7  1\nnobody  0");
  const none = await features.online(customer, [], [stays.stays], { datastore });
  expect((await shown(none))["text/plain"]).toBe("no row");
});
