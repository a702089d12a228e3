import { describe, expect, test } from "vitest";
import { checkNewTags, checkTagTexts } from "../../runtime/datastore/check-new-tags.ts";
import { Runner } from "../../sdk/testing/index.ts";

const REFUSED = expect.objectContaining({ code: "MILLRACE_TAG" });

describe("tags from a program", () => {
  test.each([
    ["a text in place of an array", "nightly"],
    ["a number among them", ["nightly", 3]],
    ["nothing among them", ["nightly", null]],
    ["an object", { nightly: true }],
    ["an empty text", [""]],
    ["a bell", ["a\u0007"]],
    ["Millrace's own", ["project_branch:prod"]],
  ])("are refused if they are %s", (_, tags) => {
    expect(() => checkNewTags(tags)).toThrow(REFUSED);
    expect(() => new Runner("flow.ts", { tags: tags as readonly string[] })).toThrow(REFUSED);
  });

  test.each([[["nightly"]], [["kept for Ann", "data:2026-11", "größe", "🚀"]], [[]], [["x".repeat(500)]]])(
    "are taken: %j",
    (tags) => {
      expect(() => checkNewTags(tags)).not.toThrow();
    },
  );

  test("are told with what is wrong with them", () => {
    expect(() => checkTagTexts(["good", "two\nlines"])).toThrow(String.raw`on one line: "two\nlines"`);
  });
});
