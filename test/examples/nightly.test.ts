import path from "node:path";
import { expect, test } from "vitest";
import { fitWeather, forecast, loadWeather } from "../../examples/nightly/weather.ts";
import { node, ROOT, temporaryFolder, TSX } from "../rigs/harness.ts";

const LONG_MS = 240_000;

test("three flows follow each other from an event to a forecast, in one command", { timeout: LONG_MS }, async () => {
  const datastore = path.join(temporaryFolder(), "store");
  const started = await node([TSX, path.join(ROOT, "examples/nightly/start.ts")], { datastore });
  expect(started.code, started.stderr).toBe(0);
  expect(started.stdout).toMatch(/ScoreFlow\/\S+ succeeded: the day after 2015-06-30 has 28\.8 °C/);
});

test("the forecast is better than the day before", async () => {
  const days = await loadWeather("2015-12-31");
  expect(days).toHaveLength(1461);
  const model = fitWeather(days.slice(0, 1096));
  const later = days.slice(1096);
  const error = (say: (at: number) => number) =>
    later.slice(1).reduce((sum, { high }, at) => sum + Math.abs(high - say(at)), 0) / (later.length - 1);
  const yesterday = (at: number) => later[at]?.high ?? 0;
  const forecasted = (at: number) => forecast(model, later[at] ?? { date: "", high: 0 });
  expect(error(forecasted)).toBeLessThan(error(yesterday));
});
