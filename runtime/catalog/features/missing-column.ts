import type { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../sdk/base/nearest.ts";
import { featureError } from "./feature-error.ts";
import type { ViewSpec } from "./view-spec.ts";

export function missingColumn(
  { name: view, source }: ViewSpec,
  {
    missing,
    names,
    title = source.title,
  }: {
    readonly missing: string;
    /** All that the source has. */
    readonly names: readonly string[];
    readonly title?: string;
  },
): MillraceError {
  const near = nearest(missing, names);
  return featureError(`${title} has no column ${missing}, which ${view} needs`, {
    details: [`it has: ${names.join(", ")}`],
    ...(near === null ? {} : { hint: `did you mean ${near}?` }),
  });
}
