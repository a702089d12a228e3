import vm from "node:vm";
import { expect, test } from "vitest";
import { messageOf } from "../../../sdk/base/message-of.ts";

test("whatever was thrown says something", () => {
  const foreign: unknown = vm.runInNewContext("new Error('from another context')");
  expect([new TypeError("broken"), foreign, "a text", 7, null, undefined, { message: 1 }].map(messageOf)).toEqual([
    ...["broken", "from another context", "a text", "7", "null", "undefined", "[object Object]"],
  ]);
});
