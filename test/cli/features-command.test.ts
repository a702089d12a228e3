import fs from "node:fs";
import path from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { featuresCommand } from "../../runtime/cli/commands/features/command.ts";
import { openDatastore } from "../../runtime/datastore/datastore.ts";
import type { LookedUpFeatures } from "../../runtime/datastore/request-columns.ts";
import { RequestLog } from "../../runtime/monitoring/request-log.ts";
import { served } from "../monitoring/served.ts";
import { temporaryFolder } from "../rigs/harness.ts";
import { makeProject } from "../rigs/project.ts";
import { Captured } from "./command-runner.ts";

function featuresFile(window: string): string {
  return `
import { compute, count, entity, featureView, jsonl, last, rows, sum } from "millrace/features";
console.log("a file may print");
const customer = entity("customer", { keys: { customerId: "string" } });
export const spending = featureView("spending", {
  entity: customer,
  source: jsonl(new URL("orders.jsonl", import.meta.url).pathname, { event: "at" }),
  features: {
    spent: sum("amount", { window: ${JSON.stringify(window)} }),
    orders: count(),
    shop: last<string>("shop"),
    each: compute(["spent", "orders"], (spent, orders) => spent / Math.max(orders, 1)),
  },
  owner: "growth",
  description: "what a customer spent",
  tags: ["money"],
});
export const visits = featureView("visits", {
  entity: customer,
  source: rows([{ customerId: "c7", at: "2026-03-01" }], { event: "at" }),
  features: { visits: count() },
});
`;
}
const ORDERS = [
  { customerId: "c7", at: "2026-02-20T00:00:00Z", amount: 2.5, shop: "north" },
  { customerId: "c7", at: "2026-02-26T00:00:00Z", amount: 4, shop: "south" },
  { customerId: "c8", at: "2026-02-27T00:00:00Z", amount: -1, shop: "south" },
];

let folder: string;
let datastore: string;
let captured: Captured;

function run(...argv: string[]): Promise<Captured> {
  return new Captured(() => openDatastore(datastore)).run(featuresCommand, ...argv);
}

beforeAll(async () => {
  folder = makeProject({
    "package.json": JSON.stringify({ name: "project", type: "module" }),
    "features.ts": featuresFile("7d"),
    "changed.ts": featuresFile("9d"),
    "empty.ts": "export const nothing = 1;\n",
    "orders.jsonl": ORDERS.map((order) => JSON.stringify(order)).join("\n"),
  });
  datastore = temporaryFolder();
  captured = await run("materialize", path.join(folder, "features.ts"), "--until", "2026-03-01");
});

test("materialize says what it did, and that an unchanged view needed nothing", async () => {
  expect(captured.text).toMatch(
    /^spending version 1: 2 keys of 3 rows; read 1 of 1 parts, computed in .*\nvisits version 1: 1 key of/u,
  );
  expect(captured.text).not.toContain("a file may print");
  const again = await run(
    "materialize",
    path.join(folder, "features.ts"),
    "--until",
    "2026-03-01",
    "--view",
    "spending",
  );
  expect(again.text).toBe("spending version 1: 2 keys of 3 rows; unchanged, nothing was computed\n");
});

test("list and search show what was materialized, without the file", async () => {
  const { text, json } = await run("list");
  expect(text).toMatch(/spending\s+1\s+customer\s+2\s+2026-03-01T00:00:00.000Z.*growth\s+spent, orders, shop, each/u);
  expect(json).toEqual([]);
  const found = await run("search", "MONEY", "amount", "--json");
  expect(found.json[0]).toMatchObject([{ name: "spending", version: 1, owner: "growth", tags: ["money"] }]);
  expect((await run("search", "weather")).notes).toBe("no feature view says weather; there are 2\n");
});

test("show tells types, statistics, freshness and the version, which a changed definition raises", async () => {
  const shown = await run("show", "spending", "--json");
  expect(shown.json[0]).toMatchObject({
    version: 1,
    until: "2026-03-01T00:00:00.000Z",
    newest: "2026-02-27T00:00:00.000Z",
    features: [
      { name: "spent", type: "number", statistics: { values: 2, missing: 0, min: -1, max: 4, mean: 1.5 } },
      { name: "orders", type: "number", definition: { kind: "aggregate", name: "count" } },
      { name: "shop", type: "string", statistics: { values: 2, min: null } },
      { name: "each", type: null, statistics: null },
    ],
  });
  const { text } = await run("show", "spending");
  for (const part of ["sum(amount, 7d)", "compute(spent, orders)", "what a customer spent", "customerId: string"])
    expect(text).toContain(part);
  await run("materialize", path.join(folder, "changed.ts"), "--until", "2026-03-01", "--view", "spending");
  const changed = await run("show", "spending", "--json");
  expect(changed.json[0]).toMatchObject({ version: 2, versions: [{ version: 1 }, { version: 2 }] });
  await run("materialize", path.join(folder, "features.ts"), "--until", "2026-03-01", "--view", "spending");
  expect((await run("show", "spending", "--json")).json[0]).toMatchObject({ version: 1 });
});

test("get looks a key up; with the file also what is computed from other features", async () => {
  const key = ["get", "spending", "customerId=c7"];
  const { text, notes } = await run(...key);
  expect(text).toMatch(/spent\s+4\n.*orders\s+2\n.*shop\s+"south"/u);
  expect(notes).toBe("--file with the view's definition also gives each\n");
  const whole = await run(...key, "--file", path.join(folder, "features.ts"), "--json");
  const features = { spent: 4, orders: 2, shop: "south", each: 2 };
  expect(whole.json[0]).toMatchObject({ view: "spending", version: 1, key: { customerId: "c7" }, features });
  const nobody = await run("get", "spending", "customerId=c9", "--json");
  expect(nobody.json[0]).toMatchObject({ features: { spent: 0, orders: 0, shop: null } });
});

test("get shows values whole, and in JSON also those that JSON lacks", async () => {
  const name = "a name that is longer than forty characters, all of which are shown";
  const file = path.join(folder, "values.mjs");
  fs.writeFileSync(
    file,
    `import { entity, featureView, last, rows } from "millrace/features";
    const thing = entity("thing", { keys: { id: "bigint" } });
    const data = [{ id: 7n, at: 0, big: 10n, list: [1n, { deep: NaN }], when: new Date(0), name: ${JSON.stringify(name)} }];
    const features = { big: last("big"), list: last("list"), when: last("when"), name: last("name") };
    export const values = featureView("values", { entity: thing, source: rows(data, { event: "at" }), features });`,
  );
  await run("materialize", file, "--until", "2026-03-01");
  const { text } = await run("get", "values", "id=7");
  for (const shown of [/big\s+10n/u, /list\s+\[ 1n, \{ deep: NaN \} \]/u, /when\s+1970-01-01T00:00:00.000Z/u, name])
    expect(text).toMatch(shown);
  const { json } = await run("get", "values", "id=7", "--json");
  expect(json[0]).toMatchObject({
    key: { id: "7" },
    features: {
      big: { $type: "bigint", value: "10" },
      list: [{ $type: "bigint", value: "1" }, { deep: { $type: "number", value: "NaN" } }],
      when: { $type: "Date", value: "1970-01-01T00:00:00.000Z" },
      name,
    },
  });
  const back = await run("materialize", file, "--until", "2026-02-01");
  expect(back.text).toContain("left as it is, as of 2026-03-01T00:00:00.000Z, which is later");
  expect((await run("materialize", file, "--until", "2026-02-01", "--back")).text).toContain("computed");
});

test.each([
  [["show", "spendin"], /did you mean spending\?/u],
  [["get", "spending", "customerid=c7"], /did you mean customerId=…\?/u],
  [["get", "spending", "c7"], /c7 is not one of its keys/u],
  [["materialize", "nowhere.ts"], /it does not exist: nowhere\.ts/u],
  [["materialize", "empty.ts"], /exports no feature view/u],
  [["materialize", "features.ts", "--view", "visit"], /did you mean visits\?/u],
  [["materialize", "features.ts", "--until", "soon"], /Cannot read the instant as a time: "soon"/u],
])("%j is refused with the reason", async (argv, message) => {
  const given = argv.map((word) => (fs.existsSync(path.join(folder, word)) ? path.join(folder, word) : word));
  await expect(run(...given)).rejects.toThrow(message);
});

test("check exits with 1 where not all could be compared, and says what was not", async () => {
  const log = new RequestLog({ store: openDatastore(datastore), model: "churn", server: "a", sample: 1 });
  const rows = [{ customerId: "c7", visits: 1, stays: 3 }];
  const until = Date.UTC(2026, 2, 1);
  const visits = { version: 1, until, columns: { visits: "visits" } };
  const add = (snapshots: LookedUpFeatures["snapshots"]) =>
    log.add({ ...served(Date.now() - 1000), features: { snapshots, rows } });
  add({ visits });
  add({ visits, stays: { version: 1, until, columns: { stays: "stays" } } });
  await log.close(60_000);
  onTestFinished(() => void (process.exitCode = undefined));
  const checked = await run("check", path.join(folder, "features.ts"), "--model", "churn", "--window", "1h");
  expect(process.exitCode).toBe(1);
  expect(checked.notes).toBe("stays is not exported by the file: 1 row is not compared\n");
  expect(checked.text).toMatch(/visits\.visits +2 +0 +0%\n\n2 requests: what could be compared is what training sees/u);
});
