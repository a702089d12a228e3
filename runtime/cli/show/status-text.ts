import type { TaskStatus } from "../../datastore/reader/run-summary.ts";
import type { Output } from "../output.ts";

/** A status in its colour. */
export function statusText(status: TaskStatus, colors: Output["colors"]): string {
  switch (status) {
    case "succeeded":
      return colors.green(status);
    case "failed":
      return colors.red(status);
    case "running":
      return colors.cyan(status);
    default:
      return colors.yellow(status);
  }
}
