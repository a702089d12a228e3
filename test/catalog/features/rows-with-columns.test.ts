import fc from "fast-check";
import { expect, test } from "vitest";
import { rowsWithColumns } from "../../../sdk/features/rows-with-columns.ts";

const mark = Symbol("mark");
class Label {
  readonly id = 1;
  get at() {
    return 2;
  }
}
const SHAPES: readonly ((id: number) => object)[] = [
  (id) => ({ id, at: "now" }),
  (id) => ({ at: "now", id }),
  (id) => ({ id }),
  (id) => ({ 7: id, id, at: null }),
  (id) => ({ id, at: undefined, [mark]: id }),
  (id) => JSON.parse(`{"id":${id},"__proto__":{"a":1}}`) as object,
  (id) => Object.assign(Object.create({ inherited: id }) as object, { id, at: 1 }),
  () => new Label(),
  () => Object.defineProperty({ id: 1 }, "hidden", { value: 1 }),
];
const values = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(null, "x", 1n, undefined));

test("each row has its own columns and then the features, whatever shapes the rows have", () => {
  const rows = fc.array(fc.tuple(fc.nat(SHAPES.length - 1), values, values), { maxLength: 60 });
  // Most rows of a training set are alike.
  const alike = fc.array(fc.tuple(fc.constantFrom(0, 0, 0, 0, 1, 4), values, values), {
    minLength: 16,
    maxLength: 600,
  });
  fc.assert(
    fc.property(fc.oneof(rows, alike), (given) => {
      const labels = given.map(([shape], id) => SHAPES[shape]!(id));
      const columns = new Map([
        ["a", given.map(([, value]) => value)],
        ["view.a", given.map(([, , value]) => value)],
      ]);
      const found = rowsWithColumns(labels, columns);
      const wanted = labels.map((label, at) => ({
        ...label,
        a: columns.get("a")![at],
        "view.a": columns.get("view.a")![at],
      }));
      expect(found.map(Reflect.ownKeys)).toEqual(wanted.map(Reflect.ownKeys));
      expect(found).toStrictEqual(wanted);
    }),
    { numRuns: 60 },
  );
});
