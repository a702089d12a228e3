import { expect, test } from "vitest";
import { projectPlace } from "../../../runtime/launch/run/project-place.ts";

const of = { flow: "FraudFlow", username: "ada" };

test.each([
  [{}, "user.ada", false],
  [{ isProduction: true }, "prod", true],
  [{ branch: "fast" }, "test.fast", false],
  [{ branch: "fast", isProduction: true }, "prod.fast", true],
  [{ branch: "v1.2_x-y" }, "test.v1.2_x-y", false],
])("of a project, %j is the branch %s", (choice, branch, isProduction) => {
  expect(projectPlace("fraud", { ...of, ...choice })).toEqual({ name: "fraud", branch, isProduction });
});

test("a flow of no project is nowhere, and has no branch to choose", () => {
  expect(projectPlace(null, of)).toBeNull();
  expect(projectPlace(null, { ...of, isProduction: false })).toBeNull();
  expect(() => projectPlace(null, { ...of, branch: "fast" })).toThrow(
    "Cannot choose branch fast because FraudFlow does not belong to a project",
  );
  expect(() => projectPlace(null, { ...of, isProduction: true })).toThrow(
    "Cannot choose production because FraudFlow does not belong to a project",
  );
});

test.each(["", "a b", "a/b", "ä", "x".repeat(201)])("a branch is not called %j", (branch) => {
  expect(() => projectPlace("fraud", { ...of, branch })).toThrow(
    "Cannot use the branch because its name is not one of",
  );
});
