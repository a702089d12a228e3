import path from "node:path";
import { expect, test } from "vitest";
import { resolutionPlace } from "../../../runtime/package/environment/resolution-place.ts";

const HOME = "/opt/millrace";

test("two steps' packages in one process do not send an import to each other for ever", () => {
  const placeOf = (folder: string) => resolutionPlace({ folder, packages: ["tinyp"], home: HOME });
  const [outer, inner] = [placeOf("/cache/outer"), placeOf("/cache/inner")];
  const place = inner("tinyp", "/project/flow.ts")!;
  expect(path.dirname(place)).toBe("/cache/inner");
  expect(outer("tinyp", place)).toBeNull();
  expect(inner("tinyp", place)).toBeNull();
});

test("a project's own environment.js gets the step's packages", () => {
  const placeFor = resolutionPlace({ folder: "/cache/one", packages: ["tinyp"], home: HOME });
  expect(placeFor("tinyp", "/project/environment.js")).toMatch(/^\/cache\/one\//);
});
