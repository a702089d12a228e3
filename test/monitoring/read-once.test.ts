import { expect, test } from "vitest";
import type { RowsByKey, SourceSpec } from "../../runtime/catalog/features/source-spec.ts";
import { readOnce } from "../../runtime/monitoring/read-once.ts";
import { count, entity, featureView, sql } from "../../sdk/features/index.ts";

const COLUMNS = { values: ["id"], clocks: ["at"] };
const KEYS = ["id"];

const view = featureView("view", {
  entity: entity("one", { keys: { id: "number" } }),
  source: sql("SELECT range % 3 AS id, range AS at FROM range(10)", { event: "at" }),
  features: { seen: count() },
});

test("rows that memory may hold are read once, those that come key by key each time", async () => {
  const { source, reads } = counting(view.all.definition.source);
  const once = readOnce(source);
  const [first, again] = [await once.read(COLUMNS), await once.read(COLUMNS)];
  expect([again, first.length, reads()]).toEqual([first, 10, 1]);
  await once.read({ ...COLUMNS, values: [] });
  expect(reads()).toBe(2);

  const lengths = async (wholeUpTo: number) => {
    const [whole, parts]: [number[], number[]] = [[], []];
    await once.byKey?.each(
      COLUMNS,
      { keys: KEYS, wholeUpTo },
      {
        whole: ({ length }) => whole.push(length),
        part: ({ length }) => parts.push(length) > 0,
      },
    );
    return { whole, parts, reads: reads() };
  };
  expect(await lengths(10)).toEqual({ whole: [10], parts: [], reads: 3 });
  expect(await lengths(10)).toEqual({ whole: [10], parts: [], reads: 3 });
  expect(await lengths(9)).toEqual({ whole: [], parts: [10], reads: 4 });
  expect(await lengths(9)).toEqual({ whole: [], parts: [10], reads: 5 });
});

function counting(source: SourceSpec): { readonly source: SourceSpec; reads(): number } {
  let times = 0;
  const byKey: RowsByKey = {
    each: async (...asked) => {
      times += 1;
      return source.byKey?.each(...asked);
    },
  };
  const read: SourceSpec["read"] = async (...asked) => {
    times += 1;
    return source.read(...asked);
  };
  return { source: { ...source, read, byKey }, reads: () => times };
}
