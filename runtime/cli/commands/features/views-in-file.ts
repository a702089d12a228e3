import fs from "node:fs";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../../sdk/base/nearest.ts";
import { exportedViews } from "../../../catalog/features/exported-views.ts";
import { featureError } from "../../../catalog/features/feature-error.ts";
import type { ViewSpec } from "../../../catalog/features/view-spec.ts";
import { findFlowFile, type FlowPlace, readModuleFile } from "../../../launch/plan/read-flow-file.ts";
import { userPath } from "../../../settings/user-path.ts";
import type { StoreContext } from "../../cli-context.ts";
import { stdoutOnStderr } from "../../stdout-on-stderr.ts";

/**
 * The feature views that a file exports, by name. What its modules print goes to stderr.
 *
 * @throws MillraceError `MILLRACE_FEATURE` where it exports none
 */
export async function viewsInFile(context: StoreContext, given: string): Promise<ReadonlyMap<string, ViewSpec>> {
  const place = featuresFile(context, given);
  const restore = stdoutOnStderr();
  try {
    return viewsByName(await readModuleFile(place), given);
  } finally {
    restore();
  }
}

/** @throws MillraceError `MILLRACE_MISSING_FILE` */
export function featuresFile({ cwd }: StoreContext, given: string): FlowPlace {
  if (fs.existsSync(userPath(given, cwd))) return findFlowFile(given, { cwd });
  throw new MillraceError({
    code: "MILLRACE_MISSING_FILE",
    headline: `Cannot read the features of a file because it does not exist: ${given}`,
    hint: `relative paths start from ${cwd}`,
  });
}

/**
 * @param given - the file as the user named it
 * @throws MillraceError `MILLRACE_FEATURE` where there are none, or two of one name
 */
export function viewsByName(exports: Readonly<Record<string, unknown>>, given: string): ReadonlyMap<string, ViewSpec> {
  const views = exportedViews(exports);
  const found = new Map(views.map((view) => [view.name, view]));
  const twice = views.find((view) => found.get(view.name) !== view);
  if (twice !== undefined)
    throw featureError(`two feature views of ${given} are called ${twice.name}`, { hint: "give each its own name" });
  if (found.size > 0) return found;
  throw featureError(`${given} exports no feature view`, {
    hint: 'for example: export const spending = featureView("spending", { … })',
  });
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
