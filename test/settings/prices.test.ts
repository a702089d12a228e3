import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readSettings, type Settings } from "../../runtime/settings/read-settings.ts";

let folder = "";
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "millrace-prices-"));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

function project(content: unknown): Settings {
  fs.writeFileSync(path.join(folder, "millrace.config.json"), JSON.stringify(content));
  return readSettings({}, folder);
}

const WHOLE = {
  currency: "USD",
  asOf: "2026-11-01",
  cpuHour: 0.04,
  memoryGbHour: 0.0045,
  gpuHour: { default: 2.5 },
  spotFactor: 0.35,
};

test("prices are those of the project's file, or of the file that it names", () => {
  expect(project({ prices: WHOLE }).prices()).toEqual(WHOLE);
  fs.writeFileSync(path.join(folder, "aws.json"), JSON.stringify(WHOLE));
  expect(project({ prices: "aws.json" }).prices()).toEqual(WHOLE);
});

test("only the currency and the price of a processor have to be there", () => {
  const nothing = { asOf: null, memoryGbHour: 0, gpuHour: {}, spotFactor: null };
  expect(project({ prices: { currency: "EUR", cpuHour: 0 } }).prices()).toEqual({
    ...nothing,
    currency: "EUR",
    cpuHour: 0,
  });
  expect(project({ prices: { currency: "EUR", cpuHour: 1, gpuHour: 2 } }).prices().gpuHour).toEqual({ default: 2 });
});

test.each([
  [{ ...WHOLE, currency: undefined }, "prices.currency: missing; wanted: a currency's three letters, as in USD"],
  [{ ...WHOLE, currency: "dollars" }, 'prices.currency: "dollars"; wanted: a currency'],
  [{ ...WHOLE, cpuHour: -1 }, "prices.cpuHour: -1; wanted: a number of 0 or more"],
  [{ ...WHOLE, cpuHour: undefined }, "prices.cpuHour: missing; wanted: a number of 0 or more"],
  // JSON has no NaN.
  [{ ...WHOLE, memoryGbHour: NaN }, "prices.memoryGbHour: null; wanted: a number of 0 or more"],
  [{ ...WHOLE, memoryGbHour: "0.1" }, 'prices.memoryGbHour: "0.1"; wanted: a number of 0 or more'],
  [
    { ...WHOLE, gpuHour: { default: -1 } },
    'prices.gpuHour: {"default":-1}; wanted: a number of 0 or more, or one by model',
  ],
  [
    { ...WHOLE, gpuHour: { A10G: "1" } },
    'prices.gpuHour: {"A10G":"1"}; wanted: a number of 0 or more, or one by model',
  ],
  [{ ...WHOLE, gpuHour: {} }, "prices.gpuHour: {}; wanted: a number of 0 or more, or one by model"],
  [{ ...WHOLE, spotFactor: 35 }, "prices.spotFactor: 35; wanted: a number above 0, at most 1"],
  [{ ...WHOLE, asOf: "2026-13-01" }, 'prices.asOf: "2026-13-01"; wanted: a day'],
  [{ ...WHOLE, asOf: "01.11.2026" }, 'prices.asOf: "01.11.2026"; wanted: a day'],
  [{ ...WHOLE, asOf: "2999-01-01" }, 'prices.asOf: "2999-01-01"; wanted: a day that is not in the future'],
  [{ ...WHOLE, cpuHours: 1 }, "prices.cpuHours: no price has that name; did you mean cpuHour?"],
  [{ ...WHOLE, disk: 1 }, "prices.disk: no price has that name; there are currency, asOf, cpuHour"],
  [[], 'prices: []; wanted: an object, as in {"currency"'],
])("wrong prices are one error that says which and what is wanted: %j", (prices, text) => {
  expect(() => project({ prices }).prices()).toThrow(text);
  fs.writeFileSync(path.join(folder, "aws.json"), JSON.stringify(prices));
  expect(() => project({ prices: "aws.json" }).prices()).toThrow(text);
});

test("no prices, a file that is not there and a mistyped key are told", () => {
  expect(() => readSettings({}, folder).prices()).toThrow("Cannot tell what runs cost because no prices are set");
  expect(() => project({}).prices()).toThrow("millrace.config.json has no prices");
  expect(() => project({ prices: "gone.json" }).prices()).toThrow(/Cannot take prices from .*gone\.json/);
  expect(() => project({ price: WHOLE }).prices()).toThrow("did you mean prices?");
});
