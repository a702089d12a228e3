import type { AnyFunction } from "../../../sdk/base/metadata.ts";
import { isWrapped, type FoundStep } from "../step-methods.ts";
import { memberIn } from "./parse-method.ts";

const NATIVE = /\{\s*\[native code\]\s*\}\s*$/;

/**
 * The source of a step's method as the class's body has it, also where a decorator of another library put another function
 * in its place: that is what runs, and this is what it is believed to call.
 */
export function stepSource(step: Pick<FoundStep, "name" | "fn" | "owner"> & Partial<Pick<FoundStep, "seen">>): string {
  const { name, fn, owner, seen = [] } = step;
  // A bound function has a `this` of its own, so it is no wrapper.
  if (!isWrapped(step) || NATIVE.test(textOf(fn))) return textOf(fn);
  const [innermost = fn] = seen;
  return memberIn(textOf(owner), name) ?? textOf(innermost);
}

function textOf(fn: AnyFunction | FoundStep["owner"]): string {
  return Function.prototype.toString.call(fn);
}
