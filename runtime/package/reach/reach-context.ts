import type { FlowClassParts } from "./flow-class-parts.ts";
import type { ScriptPart } from "./script-parts.ts";

/** The script as the walk from a step sees it. */
export interface ReachContext {
  readonly parts: readonly ScriptPart[];
  readonly byName: ReadonlyMap<string, ScriptPart>;
  /** Of the package's imports. */
  readonly specifiers: readonly string[];
  readonly isMillrace: (name: string) => boolean;
  /** The flow's class and its base classes, base classes first. */
  readonly chain: readonly FlowClassParts[];
  readonly steps: ReadonlySet<string>;
}
