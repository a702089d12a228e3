import type { AnyClass } from "../../../sdk/base/metadata.ts";
import type { Bundle } from "../../package/bundle.ts";
import { evaluateFlow } from "../plan/read-flow-file.ts";

export interface StoredFlowOptions {
  /** Name of the class. */
  readonly flow: string;
  readonly flowFile: string;
  bundle(): Bundle;
}

/** The class, from its stored code: evaluated at the first call. */
export function storedFlow({ flow, flowFile, bundle }: StoredFlowOptions): () => Promise<AnyClass> {
  let loaded: Promise<AnyClass> | null = null;
  return () => (loaded ??= evaluateFlow(bundle(), { given: flowFile, file: flowFile, name: flow }));
}
