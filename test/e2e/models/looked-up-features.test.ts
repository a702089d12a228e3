import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { millrace, ROOT, tsx } from "../../rigs/harness.ts";
import { ESM, link, makeProject, STANDARD } from "../../rigs/project.ts";
import { startService } from "../../rigs/serving/started-service.ts";

const FEATURES = `
  import { compute, count, csv, entity, featureView, sum } from "millrace/features";
  export const customer = entity("customer", { keys: { id: "string" } });
  export const orders = featureView("orders", {
    entity: customer,
    source: csv("orders.csv", { event: "at" }),
    features: {
      spent: sum("amount", { window: "7d" }),
      count: count(),
      each: compute(["spent", "count"], (spent, all) => spent / Math.max(all, 1)),
    },
  });
`;

const FLOW = `
  import { current, FlowSpec, main, step } from "millrace";
  import { features } from "millrace/features";
  import { orders } from "./features.ts";
  class TrainFlow extends FlowSpec {
    model = { usual: 0 };
    @step async start() {
      const [row] = await features.historical([{ id: "a", at: "2026-03-10" }], [orders.all], { timestamp: "at" });
      this.model = { usual: row!.spent };
      current.registerModel("churn", { artifact: "model" });
      this.next(this.end);
    }
    @step end() {}
  }
  main(TrainFlow);
`;

const SERVICE = `
  import { predict, serve, Service } from "millrace/serving";
  import { z } from "zod";
  import { orders } from "./features.ts";
  class ChurnService extends Service<{ readonly usual: number }> {
    static model = "churn@latest";
    @predict({ input: z.object({ id: z.string() }).loose(), features: [orders.spent, orders.each] })
    score(rows: { id: string; spent: number; each: number }[]) {
      return rows.map(({ id, spent, each }) => ({ id, spent, each, usual: this.model.usual }));
    }
  }
  serve(ChurnService);
`;

test("a model, its features and its service hold together from training to the check for skew", async () => {
  const folder = makeProject({
    ...{ "features.ts": FEATURES, "flow.ts": FLOW, "service.ts": SERVICE, "package.json": ESM },
    ...{ "tsconfig.json": STANDARD, "orders.csv": "id,at,amount\na,2026-03-08,3\na,2026-02-08,5\nb,2026-03-09,7\n" },
  });
  link(path.join(ROOT, "node_modules/zod"), path.join(folder, "node_modules/zod"));
  const datastore = path.join(folder, "store");
  const of = { cwd: folder, datastore };
  const write = (name: string, text: string) => fs.writeFileSync(path.join(folder, name), text);
  const features = (...args: string[]) => millrace(["features", ...args], of);
  const run = await tsx(path.join(folder, "flow.ts"), ["run"], of);
  expect(run.code, run.stderr).toBe(0);
  const made = await features("materialize", "features.ts", "--until", "2026-03-10");
  expect(made.code, made.stderr).toBe(0);

  // Rows have what was looked up; of a key that nobody knows what a key without rows has.
  const service = await startService(folder, { datastore, args: ["--log", "1"] });
  const online = await (await service.post("/score", [{ id: "a" }, { id: "b" }, { id: "x" }])).text();
  expect(JSON.parse(online)).toEqual([
    { id: "a", spent: 3, each: 1.5, usual: 3 },
    { id: "b", spent: 7, each: 7, usual: 3 },
    { id: "x", spent: 0, each: 0, usual: 3 },
  ]);
  const brought = await service.post("/score", { id: "a", spent: 1e6 });
  expect([brought.status, await brought.json()]).toEqual([
    422,
    { issues: [{ path: ["spent"], message: expect.stringContaining("looked up") }] },
  ]);
  expect(await (await service.get("/openapi.json")).text()).not.toContain("spent");
  const shown = await features("show", "orders");
  expect(shown.stdout).toMatch(/churn@1 +1  spent, count, each +ChurnService http/u);
  expect(shown.stderr).toContain("a service of churn@1 does not start with another definition");
  expect((await service.stop()).code).toBe(0);

  write("rows.jsonl", '{"id":"a"}\n{"id":"b"}\n{"id":"x"}\n');
  const predicted = await tsx(
    path.join(folder, "service.ts"),
    ["predict", "--input", "rows.jsonl", "--output", "o.jsonl"],
    of,
  );
  expect(predicted.code, predicted.stderr).toBe(0);
  expect(`[${fs.readFileSync(path.join(folder, "o.jsonl"), "utf8").trimEnd().split("\n").join(",")}]`).toBe(online);

  // A row that came late: training sees it, and the service did not.
  const check = () => features("check", "features.ts", "--model", "churn", "--json");
  const same = await check();
  expect([same.code, JSON.parse(same.stdout)]).toEqual([0, expect.objectContaining({ requests: 1, notes: [] })]);
  fs.appendFileSync(path.join(folder, "orders.csv"), "b,2026-03-09,2\n");
  const skewed = await check();
  const report = JSON.parse(skewed.stdout) as {
    features: { feature: string; different: number; examples: object[] }[];
  };
  expect([skewed.code, report.features.map(({ feature, different }) => [feature, different])]).toEqual([
    1,
    [
      ["spent", 1],
      ["each", 1],
    ],
  ]);
  const [example] = report.features[0]!.examples;
  expect(example).toMatchObject({ keys: { id: "b" }, at: "2026-03-10T00:00:00.000Z", served: 7, computed: 9 });

  // Another definition of what it was trained on: the service does not start, and what only others look up does not matter.
  write(
    "features.ts",
    FEATURES.replace("count: count()", 'count: count(), last: count({ window: "1d" })').replace("7d", "14d"),
  );
  expect((await features("materialize", "features.ts", "--until", "2026-03-10")).code).toBe(0);
  const refused = await tsx(path.join(folder, "service.ts"), ["serve", "--port", "0"], of);
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain("orders.spent is sum(amount, 14d), and was sum(amount, 7d)");
  expect(refused.stderr).toContain("train it again");
}, 240_000);
