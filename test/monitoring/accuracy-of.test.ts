import { describe, expect, test } from "vitest";
import { accuracyOf, type AnswerPair } from "../../runtime/monitoring/accuracy-of.ts";

describe("answers with several fields are judged field by field", () => {
  test("a probability and a number of months", () => {
    const pairs: AnswerPair[] = [
      [
        { churned: 0.9, months: 2, why: "price" },
        { churned: true, months: 3 },
      ],
      [
        { churned: 0.2, months: 8 },
        { churned: false, months: 7 },
      ],
      [
        { churned: 0.7, months: 5 },
        { churned: false, months: 5 },
      ],
      [{ churned: 0.6, months: 5 }, { churned: true }],
    ];
    const found = accuracyOf(pairs)!;
    expect(found.leftOut).toBe(0);
    expect(found.fields.map(({ field, known }) => [field, known])).toEqual([
      ["churned", 4],
      ["months", 3],
    ]);
    const brier = (0.01 + 0.04 + 0.49 + 0.16) / 4;
    expect(found.fields[0]).toMatchObject({ kind: "classification", accuracy: 0.75, brier: expect.closeTo(brier, 12) });
    expect(found.fields[1]).toMatchObject({ kind: "regression", mae: expect.closeTo(2 / 3, 12), bias: 0 });
  });

  test("fields of fields; of an answer with one field a plain truth means that one", () => {
    const found = accuracyOf([
      [{ risk: { level: "high" } }, { risk: { level: "high" } }],
      [{ risk: { level: "low" } }, "high"],
    ])!;
    expect(found.fields).toMatchObject([{ field: "risk.level", known: 2, accuracy: 0.5 }]);
  });
});

test("true and false are 1 and 0 on either side of a number, and labels among themselves", () => {
  expect(
    accuracyOf([
      [0.8, true],
      [0.3, true],
    ])!.fields,
  ).toMatchObject([{ field: "", accuracy: 0.5 }]);
  expect(
    accuracyOf([
      [true, 1],
      [false, 1],
    ])!.fields,
  ).toMatchObject([{ accuracy: 0.5 }]);
  expect(
    accuracyOf([
      [true, true],
      [false, true],
    ])!.fields,
  ).toMatchObject([{ accuracy: 0.5, brier: null }]);
});

test("truths of another type, of a field that is not there, and the fewer of two types are left out and counted", () => {
  const pairs: AnswerPair[] = [
    ...[3, 4, 5].map((months): AnswerPair => [{ months }, { months: months + 1 }]),
    [{ months: 3 }, { months: "three" }],
    [{ months: "never" }, { months: "never" }],
    [{ months: 3 }, { mouths: 3 }],
    [{ months: 3 }, [3]],
  ];
  const found = accuracyOf(pairs)!;
  expect(found.leftOut).toBe(4);
  expect(found.fields).toMatchObject([{ field: "months", kind: "regression", known: 3, mae: 1 }]);
  expect(accuracyOf([])).toBeNull();
});
