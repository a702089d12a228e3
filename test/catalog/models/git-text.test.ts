import { expect, test } from "vitest";
import { gitText } from "../../../runtime/catalog/models/git-text.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";

test.each([
  [false, "0123456789ab on main"],
  [true, "0123456789ab on main, with changes that were not committed"],
  [null, "0123456789ab on main, whether files differed from it is not known"],
])("a commit whose files differed (%j) is shown as %s", (isDirty, wanted) => {
  expect(gitText({ commit, branch: "main", isDirty })).toBe(wanted);
});
