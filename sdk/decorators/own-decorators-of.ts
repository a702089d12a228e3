import { host } from "../base/host.ts";
import { type AnyClass, notedOwnDecorators } from "../base/metadata.ts";
import type { OwnDecorator } from "../base/own-decorator.ts";

/** The decorators that the code around a flow made, by name: of its file where that is known, else of all that was loaded. */
export function ownDecoratorsOf(flow: AnyClass): ReadonlyMap<string, OwnDecorator> {
  return notedOwnDecorators(flow) ?? host().decorators ?? new Map<string, OwnDecorator>();
}
