import { describe, expect, test } from "vitest";
import { TimeFolds } from "../../../runtime/web/page/run/timeline/time-folds.ts";

const HOUR = 3_600_000;
/** Two spans of ten seconds, an hour apart; told in another order. */
const TIMES = { starts: Float64Array.of(HOUR, 0, 2000), ends: Float64Array.of(HOUR + 10_000, 5000, 10_000) };

describe("idle time on the timeline", () => {
  test("is folded where it is long, and every time has a place of its own", () => {
    const folds = new TimeFolds(TIMES, { isFolding: true });
    expect(folds.gaps).toHaveLength(1);
    expect(folds.length).toBeCloseTo(20_000 * 1.02, 5);
    expect(folds.fold(4000)).toBe(4000);
    for (const time of [0, 3000, 10_000, HOUR / 2, HOUR, HOUR + 10_000]) {
      expect(folds.unfold(folds.fold(time))).toBeCloseTo(time, 3);
    }
  });

  test("is left as it is when nobody wants it folded", () => {
    const folds = new TimeFolds(TIMES, { isFolding: false });
    expect([folds.gaps.length, folds.length, folds.fold(HOUR)]).toEqual([0, HOUR + 10_000, HOUR]);
  });

  test("short pauses stay, and a run without tasks has no time", () => {
    const short = { starts: Float64Array.of(0, 10_500), ends: Float64Array.of(10_000, 20_000) };
    expect(new TimeFolds(short, { isFolding: true }).gaps).toEqual([]);
    expect(new TimeFolds({ starts: new Float64Array(), ends: new Float64Array() }, { isFolding: true }).length).toBe(1);
  });
});
