import { describe, expect, test } from "vitest";
import { finishSteps } from "../../runtime/monitoring/finish-steps.ts";
import { homogeneity, probabilityOf } from "../../runtime/monitoring/homogeneity.ts";
import { DrawBudget } from "../../runtime/monitoring/permutation-tail.ts";
import { compare, isAlarm, mixed, numbers, type Random, randomOf, type RowMaker, rowsOf, wide } from "./drawn-rows.ts";
import { isSoak } from "../setup/tier.ts";

// The whole takes some ten minutes; of each kind some are always seen.
const IS_WHOLE = isSoak();

/** The share of reports on unchanged data that alarm. */
function falseAlarms({ reports, sizes, row }: { reports: number; sizes: [number, number]; row: RowMaker }): number {
  const random = randomOf(sizes[0] * 31 + sizes[1]);
  let alarms = 0;
  for (let report = 0; report < reports; report += 1) {
    const [reference, window] = sizes.map((count) => rowsOf(random, { count, row }));
    if (isAlarm(compare(reference!, window!))) alarms += 1;
  }
  return alarms / reports;
}

describe("a setting of 1 %", () => {
  test("10,000 reports on unchanged numbers alarm in 0.5 to 1.5 %", () => {
    const share = falseAlarms({ reports: 10_000, sizes: [400, 200], row: numbers });
    expect(share).toBeGreaterThan(0.005);
    expect(share).toBeLessThan(0.015);
  }, 500_000);

  test.each<[[number, number]]>([[[300, 300]], [[1000, 60]]])(
    "so do reports on unchanged rows of all kinds of columns, of %j rows",
    (sizes) => {
      const share = falseAlarms({ reports: IS_WHOLE ? 2500 : 600, sizes, row: mixed });
      // Three standard errors of so many reports further; of few, none has to be among them.
      if (IS_WHOLE) expect(share).toBeGreaterThan(0.002);
      expect(share).toBeLessThan(IS_WHOLE ? 0.018 : 0.024);
    },
    500_000,
  );

  test("so do reports of 200 columns", () => {
    const share = falseAlarms({ reports: IS_WHOLE ? 1500 : 100, sizes: [400, 150], row: wide });
    if (IS_WHOLE) expect(share).toBeGreaterThan(0.002);
    expect(share).toBeLessThan(IS_WHOLE ? 0.018 : 0.05);
  }, 540_000);

  test("a shift of half a standard deviation in one of five columns is found at 1,000 rows in more than 99 %", () => {
    const random = randomOf(7);
    const shifted: RowMaker = (of) => ({ ...(numbers(of) as object), c: of.normal() + 0.5 });
    let found = 0;
    for (let report = 0; report < 500; report += 1) {
      const reference = rowsOf(random, { count: 1000, row: numbers });
      const drifts = compare(reference, rowsOf(random, { count: 1000, row: shifted }));
      if (drifts[0]!.column === "input.c" && drifts[0]!.isDrifted) found += 1;
    }
    expect(found / 500).toBeGreaterThan(0.99);
  }, 120_000);
});

/** Ten cells of very different size, as a rare value makes them. */
function drawnCells(random: Random, count: number): number[] {
  const cells = new Array<number>(10).fill(0);
  for (let at = 0; at < count; at += 1) cells[Math.floor(10 * random.uniform() ** 3)]! += 1;
  return cells;
}

describe("a setting of 0.01 %", () => {
  test("of so many columns on unchanged data one in 10,000 alarms", () => {
    const random = randomOf(23);
    const columns = IS_WHOLE ? 200_000 : 20_000;
    let alarms = 0;
    for (let column = 0; column < columns; column += 1) {
      const found = homogeneity(
        { reference: [...drawnCells(random, 400), 0], window: [...drawnCells(random, 60), 0] },
        { isOrdered: true },
      );
      if (found !== null && finishSteps(probabilityOf(found, { level: 1e-4, budget: new DrawBudget() })).p <= 1e-4)
        alarms += 1;
    }
    // Twenty are expected of the whole, and two of a tenth.
    if (IS_WHOLE) expect(alarms).toBeGreaterThan(2);
    expect(alarms).toBeLessThan(IS_WHOLE ? 40 : 10);
  }, 540_000);
});
