import path from "node:path";
import { isRecord } from "../../../../sdk/base/is-record.ts";
import { brokenInvariant } from "../../../../sdk/base/millrace-error.ts";
import { MATERIALIZE_FLOW_KEY } from "../../../catalog/features/materialize-flow-key.ts";
import type { ViewSpec } from "../../../catalog/features/view-spec.ts";
import { type ReadFlowFile, readWrappedFile } from "../../../launch/plan/read-flow-file.ts";
import type { StoreContext } from "../../cli-context.ts";
import { stdoutOnStderr } from "../../stdout-on-stderr.ts";
import { featuresFile, viewsByName } from "./views-in-file.ts";

/** The flow that materializes the views of a file, and those views by name. */
export interface MaterializeFlowIn extends ReadFlowFile {
  /** Absolute path. */
  readonly file: string;
  readonly views: ReadonlyMap<string, ViewSpec>;
}

/**
 * Makes a flow of a file that exports feature views: a module that imports it stands for it in the code package. What the
 * file's modules print goes to stderr.
 *
 * @throws MillraceError `MILLRACE_FEATURE` where it exports no view
 */
export async function materializeFlowIn(context: StoreContext, given: string): Promise<MaterializeFlowIn> {
  const { file } = featuresFile(context, given);
  const name = flowName(file);
  const wrapper = [
    `import * as definitions from ${JSON.stringify(`./${path.basename(file)}`)};`,
    'import { main } from "millrace";',
    'import { features } from "millrace/features";',
    `main(features[Symbol.for(${JSON.stringify(MATERIALIZE_FLOW_KEY)})](definitions, ${JSON.stringify(name)}));`,
    "export { definitions };",
  ].join("\n");
  const restore = stdoutOnStderr();
  try {
    const { exports, ...read } = await readWrappedFile({ given, file, name }, wrapper);
    const { definitions } = exports;
    if (!isRecord(definitions)) throw brokenInvariant("the module around the features exports none of them");
    return { ...read, file, views: viewsByName(definitions, given) };
  } finally {
    restore();
  }
}

/** `MaterializeFeatures` of `features.ts`: the runs of each file are listed apart. */
function flowName(file: string): string {
  const words = path.parse(file).name.match(/[A-Za-z0-9]+/gu) ?? ["Features"];
  return `Materialize${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")}`;
}
