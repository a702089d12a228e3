import fc from "fast-check";
import { expect, test } from "vitest";
import { ExactSum } from "../../../runtime/catalog/features/exact-sum.ts";
import * as sdk from "../../../sdk/features/index.ts";
import { exactSum, oracle, type OracleRow } from "./oracle.ts";

const RUNS = Number(process.env["TEST_FEATURE_CASES"] ?? 300);
const { features, featureView, entity, rows } = sdk;

const customer = entity("customer", { keys: { id: "string" } });

// Few and close together, so that ties, late rows and edges of windows are common.
const instant = fc.integer({ min: 0, max: 40 }).map((step) => Date.UTC(2026, 2, 29) + step * 1_800_000);
const number = fc.oneof(
  fc.constantFrom(0, -0, 0.1, 0.2, -0.3, 1e16, -1e16, 1, 1e-300, NaN, Infinity, -Infinity, 1.7e308, -1.7e308, null),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -5, max: 5 }),
);
const row = fc.record({
  id: fc.constantFrom("a", "b", null),
  event: instant,
  created: instant,
  value: number,
});
const label = fc.record({ id: fc.constantFrom("a", "b", "c", null), at: instant });
const HOUR_MS = 3_600_000;
const WINDOWS = { "1h": HOUR_MS, "3h": 3 * HOUR_MS } as const;

const { sum, mean, min, max, last, first, distinct, count, quantile } = sdk;
const ALL = { sum, mean, min, max, last, first, distinct };

function definitions() {
  const found: Record<string, sdk.FeatureDefinition<unknown>> = {};
  for (const window of [undefined, "1h", "3h"] as const) {
    const suffix = window ?? "all";
    for (const [name, make] of Object.entries(ALL)) found[`${name}_${suffix}`] = make("value", { window });
    found[`count_${suffix}`] = count({ window });
    found[`quantile_${suffix}`] = quantile("value", { at: 0.3, window });
  }
  return found;
}

test("each feature of each label is what its definition says, whatever rows are late, tied or missing", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 30 }), fc.array(label, { maxLength: 12 }), async (data, labels) => {
      const source = rows(data, { event: "event", created: "created" });
      const view = featureView("view", { entity: customer, source, features: definitions(), ttl: "2h" });
      const found: readonly Record<string, unknown>[] = await features.historical(labels, [view.all], {
        timestamp: "at",
      });
      const known = data.map(({ id, ...rest }): OracleRow => ({ key: id, ...rest }));
      labels.forEach(({ id, at }, place) => {
        for (const feature of Object.keys(definitions())) {
          const [name = "", suffix = ""] = feature.split("_");
          const ofOneRow = name === "last" || name === "first" ? 2 * HOUR_MS : Infinity;
          const windowMs = suffix in WINDOWS ? WINDOWS[suffix as keyof typeof WINDOWS] : ofOneRow;
          const question = { name: name as "sum", key: id, time: at, windowMs, at: 0.3 };
          expect(found[place]?.[feature], feature).toBe(oracle(known, question));
        }
      });
    }),
    { numRuns: RUNS },
  );
});

test("a sum is rounded once, whatever came and went before and in which order", () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(finite, fc.boolean()), { maxLength: 40 }), (all) => {
      const running = new ExactSum();
      for (const [value] of all) running.add(value);
      for (const [value, isRemoved] of all) if (isRemoved) running.remove(value);
      const left = all.flatMap(([value, isRemoved]) => (isRemoved ? [] : [value]));
      expect(running.value).toBe(exactSum(left) + 0);
    }),
    { numRuns: RUNS * 10 },
  );
  const huge = new ExactSum();
  for (const value of [1.7e308, 1.7e308, -1.7e308, 3]) huge.add(value);
  expect(huge.value).toBe(1.7e308);
});
