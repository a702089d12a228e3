import fs from "node:fs";
import path from "node:path";
import {
  entity,
  type FeatureDefinition,
  featureView,
  features,
  jsonl,
  last,
  rows,
  sum,
} from "../../../sdk/features/index.ts";
import type { BenchCase } from "../bench-case.ts";
import { freshFolder } from "../fresh-folder.ts";

const [KEYS, FEATURES, LOOKUPS] = [1_000_000, 20, 10_000];
const FILES = 1000;
const UNTIL = Date.UTC(2026, 2, 1);
const customer = entity("customer", { keys: { id: "number" } });

export const featuresOnline: BenchCase = {
  name: "features-online",
  measures: `features.online: ${LOOKUPS} times ${FEATURES} features of one of ${KEYS} keys`,
  runs: 3,
  isLong: true,
  prepare: async ({ folder }) => {
    const datastore = freshFolder(folder);
    const names = Array.from({ length: FEATURES }, (_, at) => `f${at}`);
    const all: Record<string, FeatureDefinition<number | null>> = {};
    for (const name of names) all[name] = last<number>(name);
    const data = () =>
      Array.from({ length: KEYS }, (_, id) => {
        return { id, at: UNTIL, ...Object.fromEntries(names.map((name, at) => [name, id * 1.5 + at])) };
      });
    const view = featureView("bench", { entity: customer, source: rows(data, { event: "at" }), features: all });
    await features.materialize([view.all], { until: UNTIL, datastore });
    const p99: number[] = [];
    const measure = async () => {
      const times: number[] = [];
      const startedAt = performance.now();
      for (let lookup = 0; lookup < LOOKUPS; lookup += 1) {
        const id = Math.floor(Math.random() * KEYS);
        const at = performance.now();
        const [found] = await features.online(customer, [{ id }], [view.all], { datastore });
        times.push(performance.now() - at);
        if ((found as Record<string, unknown> | undefined)?.["f3"] !== id * 1.5 + 3)
          throw new Error(`wrong features of ${id}`);
      }
      p99.push(times.sort((one, other) => one - other)[Math.floor(LOOKUPS * 0.99)] ?? Infinity);
      return performance.now() - startedAt;
    };
    const figures = () => [{ label: "p99 of a look-up", unit: "ms" as const, samples: p99, atMost: 1 }];
    return { first: { label: "Millrace", measure, figures }, second: null };
  },
};

export const featuresUnchanged: BenchCase = {
  name: "features-unchanged",
  measures: `features.materialize of ${FILES} files that did not change`,
  runs: 5,
  target: { firstAtMostMs: 1000 },
  prepare: async ({ folder }) => {
    const [datastore, data] = [freshFolder(folder), freshFolder(folder)];
    fs.mkdirSync(data);
    for (let file = 0; file < FILES; file += 1)
      fs.writeFileSync(
        path.join(data, `${String(file).padStart(4, "0")}.jsonl`),
        Array.from({ length: 50 }, (_, id) => JSON.stringify({ id, at: UNTIL - file, amount: id })).join("\n"),
      );
    const source = jsonl(path.join(data, "*.jsonl"), { event: "at" });
    const view = featureView("bench", { entity: customer, source, features: { spent: sum("amount") } });
    const materialize = () => features.materialize([view.all], { until: UNTIL, datastore });
    await materialize();
    const measure = async () => {
      const startedAt = performance.now();
      const [made] = await materialize();
      const ms = performance.now() - startedAt;
      if (made?.isComputed !== false || made.read > 0) throw new Error("something was computed");
      return ms;
    };
    return { first: { label: "Millrace", measure }, second: null };
  },
};
