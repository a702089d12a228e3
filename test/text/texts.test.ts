import { describe, expect, test } from "vitest";
import { agoText, durationText } from "../../runtime/text/duration-text.ts";
import { escapeHtml } from "../../runtime/text/escape-html.ts";
import { listOf } from "../../runtime/text/list-of.ts";
import { sizeText } from "../../runtime/text/size-text.ts";

describe("text for people", () => {
  test.each([
    [-5, "0 ms"],
    [850, "850 ms"],
    [999.6, "1.0 s"],
    [12_340, "12.3 s"],
    [59_960, "1 min 00 s"],
    [245_000, "4 min 05 s"],
    [3_599_600, "1 h 00 min"],
    [7_380_000, "2 h 03 min"],
    [273_600_000, "3 d 4 h"],
  ])("a span of %d ms is %s", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  test.each([
    [0, "0 B"],
    [512, "512 B"],
    [999, "999 B"],
    [1_234, "1.2 kB"],
    [99_600, "100 kB"],
    [5_000_000_000, "5.0 GB"],
  ])("%d bytes are %s", (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });

  test("a time in the past is as long ago as its largest unit says", () => {
    const ago = (ms: number) => agoText(1e12 - ms, 1e12);
    expect([ago(3_000), ago(300_000), ago(7_200_000), ago(86_400_000)]).toEqual([
      "just now",
      "5 minutes ago",
      "2 hours ago",
      "yesterday",
    ]);
  });

  test("names are listed with an and before the last", () => {
    expect([listOf([]), listOf(["a"]), listOf(["a", "b"]), listOf(["a", "b", "c"])]).toEqual([
      "",
      "a",
      "a and b",
      "a, b and c",
    ]);
  });

  test("text is no markup, in tags nor in quoted attributes", () => {
    expect(escapeHtml(`<a href="x" title='y'>&amp;</a>`)).toBe(
      "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;",
    );
  });
});
