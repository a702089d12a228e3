import { serviceError } from "../model/service-error.ts";

export type Arrow = typeof import("apache-arrow");

/** @throws MillraceError `MILLRACE_SERVICE` where the package is not there */
export async function loadArrow(): Promise<Arrow> {
  try {
    return await import("apache-arrow");
  } catch {
    throw serviceError("Cannot use Arrow because the package apache-arrow is not installed", {
      hint: "npm install apache-arrow",
    });
  }
}
