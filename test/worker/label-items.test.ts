import { expect, test } from "vitest";
import { redactor } from "../../runtime/secrets/redactor.ts";
import { textWidth } from "../../runtime/text/text-width.ts";
import { labelItems, type LabelledItems } from "../../runtime/worker/label-items.ts";

function plain(items: readonly unknown[]): readonly string[] {
  return labelItems(items, { label: null, mask: null }).labels;
}

function named(items: readonly unknown[], label: string): LabelledItems {
  return labelItems(items, { label, mask: null });
}

test("texts, numbers and dates are labels as they are", () => {
  const day = new Date("2026-03-01T00:00:00Z");
  const time = new Date("2026-03-01T12:30:00Z");
  expect(plain(["VIE", 0.1, -0, 10n ** 20n, true, day, time])).toEqual([
    "VIE",
    "0.1",
    "0",
    "100000000000000000000",
    "true",
    "2026-03-01",
    "2026-03-01T12:30:00Z",
  ]);
});

test("of other items a short preview is shown", () => {
  class Model {
    readonly rate = 1;
  }
  expect(plain([{ code: "VIE", lat: 48.1 }, ["a", 1], [], {}, null, undefined])).toEqual([
    '{ code: "VIE", lat: 48.1 }',
    '["a", 1]',
    "[]",
    "{}",
    "null",
    "undefined",
  ]);
  expect(plain([new Float32Array(3), new Map([[1, 2]]), new Model()])).toEqual(["Float32Array(3)", "Map(1)", "Model"]);
  expect(plain([{ a: { b: 1 }, c: [1], d: [] }])).toEqual(["{ a: {…}, c: […], d: [] }"]);
});

test("a label is one line of at most 40 columns, however the item is written", () => {
  const items = ["line\nbreak\u001b[31m\u202e", "x".repeat(100_000), "東京".repeat(50), { text: "y".repeat(1e6) }];
  const labels = plain([...items, Array.from({ length: 100_000 }, (_, at) => at)]);
  expect(labels[0]).toBe("line\\nbreak\\x1b[31m\\u202e");
  for (const label of labels) expect(textWidth(label)).toBeLessThanOrEqual(40);
  expect(labels.slice(1).every((label) => label.endsWith("…"))).toBe(true);
});

test("the named property is the label; what lacks it is told, and shown as a preview", () => {
  const items = [{ code: "VIE" }, { lat: 1 }, { code: null }, "GRZ", null, { code: { iata: "LNZ" } }];
  expect(named(items, "code")).toEqual({
    labels: ["VIE", "{ lat: 1 }", "{ code: null }", "GRZ", "null", '{ iata: "LNZ" }'],
    without: [1, 2, 3, 4],
  });
  expect(named([["VIE", 3]], "0")).toEqual({ labels: ["VIE"], without: [] });
});

test("a getter that throws, and a method, name nothing", () => {
  class Airport {
    get code(): string {
      throw new Error("no");
    }
    name(): string {
      return "";
    }
  }
  expect(named([new Airport()], "code")).toEqual({ labels: ["Airport"], without: [0] });
  expect(named([new Airport()], "name")).toEqual({ labels: ["Airport"], without: [0] });
  const own = Object.defineProperty({}, "bad", { enumerable: true, get: () => JSON.parse("{") as unknown });
  expect(plain([own])).toEqual([""]);
});

test("secrets are masked before anything is cut off", () => {
  const secret = "s3cr3t-token-of-more-than-forty-characters-0123456789";
  const { text } = redactor([secret])!;
  const items = [secret, `user:${secret}`, { key: secret }, { [secret]: 1 }, [secret]];
  const { labels } = labelItems(items, { label: null, mask: text });
  expect(labels).toEqual(["***", "user:***", '{ key: "***" }', "{ ***: 1 }", '["***"]']);
});
