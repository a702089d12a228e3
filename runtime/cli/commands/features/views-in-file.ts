import fs from "node:fs";
import { isRecord } from "../../../../sdk/base/is-record.ts";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../../sdk/base/nearest.ts";
import { featureError } from "../../../catalog/features/feature-error.ts";
import type { ViewSpec } from "../../../catalog/features/view-spec.ts";
import { findFlowFile, readModuleFile } from "../../../launch/plan/read-flow-file.ts";
import { userPath } from "../../../settings/user-path.ts";
import type { StoreContext } from "../../cli-context.ts";
import { stdoutOnStderr } from "../../stdout-on-stderr.ts";

/**
 * The feature views that a file exports, by name. What its modules print goes to stderr.
 *
 * @throws MillraceError `MILLRACE_FEATURE` where it exports none
 */
export async function viewsInFile({ cwd }: StoreContext, given: string): Promise<ReadonlyMap<string, ViewSpec>> {
  if (!fs.existsSync(userPath(given, cwd)))
    throw new MillraceError({
      code: "MILLRACE_MISSING_FILE",
      headline: `Cannot read the features of a file because it does not exist: ${given}`,
      hint: `relative paths start from ${cwd}`,
    });
  const restore = stdoutOnStderr();
  try {
    const exports = await readModuleFile(findFlowFile(given, { cwd }));
    const views = [...Object.values(exports), exports["default"]].flatMap((value) => viewOf(value) ?? []);
    const found = new Map(views.map((view) => [view.name, view]));
    const twice = views.find((view) => found.get(view.name) !== view);
    if (twice !== undefined)
      throw featureError(`two feature views of ${given} are called ${twice.name}`, { hint: "give each its own name" });
    if (found.size > 0) return found;
    throw featureError(`${given} exports no feature view`, {
      hint: 'for example: export const spending = featureView("spending", { … })',
    });
  } finally {
    restore();
  }
}

/** @throws MillraceError `MILLRACE_USAGE` where the file exports no view of that name */
export function viewNamed(views: ReadonlyMap<string, ViewSpec>, name: string): ViewSpec {
  const found = views.get(name);
  if (found !== undefined) return found;
  const near = nearest(name, [...views.keys()]);
  throw new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot find the feature view ${name} because the file exports none of that name`,
    details: [`it exports: ${[...views.keys()].join(", ")}`],
    ...(near === null ? {} : { hint: `did you mean ${near}?` }),
  });
}

/** Null for what is no view. The file's own copy of the package made it: only its form can be asked about. */
function viewOf(value: unknown): ViewSpec | null {
  const all = isRecord(value) ? value["all"] : null;
  const definition = isRecord(all) ? all["definition"] : null;
  const isView = isRecord(definition) && definition["features"] instanceof Map && isRecord(definition["source"]);
  return isView ? (definition as unknown as ViewSpec) : null;
}
