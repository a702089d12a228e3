import { expect, test } from "vitest";
import { projectPlace } from "../../../runtime/launch/run/project-place.ts";
import { username } from "../../../runtime/config.ts";

const flow = "FraudFlow";

test.each([
  [{}, `user.${username()}`, false],
  [{ isProduction: true }, "prod", true],
  [{ branch: "fast" }, "test.fast", false],
  [{ branch: "fast", isProduction: true }, "prod.fast", true],
  [{ branch: "v1.2_x-y" }, "test.v1.2_x-y", false],
])("of a project, %j is the branch %s", (choice, branch, isProduction) => {
  expect(projectPlace("fraud", { flow, ...choice })).toEqual({ name: "fraud", branch, isProduction });
});

test("a flow of no project is nowhere, and has no branch to choose", () => {
  expect(projectPlace(null, { flow })).toBeNull();
  expect(projectPlace(null, { flow, isProduction: false })).toBeNull();
  expect(() => projectPlace(null, { flow, branch: "fast" })).toThrow(
    "Cannot choose branch fast because FraudFlow does not belong to a project",
  );
  expect(() => projectPlace(null, { flow, isProduction: true })).toThrow(
    "Cannot choose production because FraudFlow does not belong to a project",
  );
});

test.each(["", "a b", "a/b", "ä", "x".repeat(201)])("a branch is not called %j", (branch) => {
  expect(() => projectPlace("fraud", { flow, branch })).toThrow("Cannot use the branch because its name is not one of");
});
