import vm from "node:vm";
import { expect, test } from "vitest";
import { stepCode } from "../../../runtime/launch/release/step-code.ts";
import { FlowSpec, step } from "../../../sdk/index.ts";

function hashOfStart(source: string): string | undefined {
  const start = vm.runInThisContext(`({ ${source} }).start`) as () => void;
  class TideFlow extends FlowSpec {}
  Object.defineProperty(TideFlow.prototype, "start", { value: start, configurable: true, writable: true });
  (step as (target: object, name: string, descriptor: PropertyDescriptor) => void)(TideFlow.prototype, "start", {
    value: start,
  });
  return stepCode(TideFlow)["start"];
}

const written = "start() { this.level = 1; this.next(this.end); }";

test("compilers that lay the text out in another way change nothing", () => {
  const other = "start() {\n  // the moon\n  this.level = 1\n  this.next(this.end)\n}";
  expect(hashOfStart(written)).toMatch(/^[0-9a-f]{16}$/);
  expect(hashOfStart(other)).toBe(hashOfStart(written));
});

test("another value is another step", () => {
  expect(hashOfStart(written.replace("1", "2"))).not.toBe(hashOfStart(written));
});
