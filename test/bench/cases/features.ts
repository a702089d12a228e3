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
const OPENED_KEYS = 10_000_000;
const FILES = 1000;
const UNTIL = Date.UTC(2026, 2, 1);
const customer = entity("customer", { keys: { id: "number" } });

export const featuresOnline: BenchCase = {
  name: "features-online",
  measures: `features.online: ${LOOKUPS} times ${FEATURES} features of one of ${KEYS} keys`,
  runs: 3,
  isLong: true,
  prepare: async ({ folder, isSmall }) => {
    const datastore = freshFolder(folder);
    const keys = isSmall ? KEYS / 100 : KEYS;
    const names = Array.from({ length: FEATURES }, (_, at) => `f${at}`);
    const all: Record<string, FeatureDefinition<number | null>> = {};
    for (const name of names) all[name] = last<number>(name);
    const data = () =>
      Array.from({ length: keys }, (_, id) => {
        return { id, at: UNTIL, ...Object.fromEntries(names.map((name, at) => [name, id * 1.5 + at])) };
      });
    const view = featureView("bench", { entity: customer, source: rows(data, { event: "at" }), features: all });
    await features.materialize([view.all], { until: UNTIL, datastore });
    const p99: number[] = [];
    const measure = async () => {
      const times: number[] = [];
      const startedAt = performance.now();
      for (let lookup = 0; lookup < LOOKUPS; lookup += 1) {
        const id = Math.floor(Math.random() * keys);
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

export const featuresOpen: BenchCase = {
  name: "features-open",
  measures: `the first features.online out of a snapshot of ${OPENED_KEYS} keys`,
  runs: 5,
  isLong: true,
  target: { firstAtMostMs: 100 },
  prepare: async ({ folder, isSmall }) => {
    const datastore = freshFolder(folder);
    const keys = isSmall ? OPENED_KEYS / 100 : OPENED_KEYS;
    const id = new Float64Array(keys).map((_, at) => at);
    const value = id.map((at) => at * 1.5);
    const source = rows([], { event: "at" });
    const columns = new Map([
      ["id", id],
      ["value", value],
    ]);
    const instants = new Map([["at", new Float64Array(keys).fill(UNTIL)]]);
    const read = () =>
      Promise.resolve({
        length: keys,
        columns,
        instants,
        names: ["id", "value", "at"],
        where: (row: number) => `row ${row}`,
      });
    const view = featureView("bench", {
      entity: customer,
      source: { spec: { ...source.spec, read } },
      features: { value: last<number>("value") },
    });
    await features.materialize([view.all], { until: UNTIL, datastore });
    let opened = 0;
    const measure = async () => {
      // Each copy is another datastore to this process, which opens it anew.
      const other = path.join(path.dirname(datastore), `opened-${opened}`);
      fs.symlinkSync(datastore, other);
      opened += 1;
      const asked = Math.floor(Math.random() * keys);
      const startedAt = performance.now();
      const [found] = await features.online(customer, [{ id: asked }], [view.all], { datastore: other });
      const ms = performance.now() - startedAt;
      if (found?.value !== asked * 1.5) throw new Error(`wrong value of ${asked}`);
      return ms;
    };
    return { first: { label: "Millrace", measure }, second: null };
  },
};

export const featuresUnchanged: BenchCase = {
  name: "features-unchanged",
  measures: `features.materialize of ${FILES} files that did not change`,
  runs: 5,
  target: { firstAtMostMs: 1000 },
  prepare: async ({ folder, isSmall }) => {
    const files = isSmall ? FILES / 100 : FILES;
    const [datastore, data] = [freshFolder(folder), freshFolder(folder)];
    fs.mkdirSync(data);
    for (let file = 0; file < files; file += 1)
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
