import { inspect } from "node:util";
import { MillraceError } from "../base/millrace-error.ts";
import { nearest } from "../base/nearest.ts";
import type { RunParameters } from "./run-parameters.ts";

/** What {@link Runner.resume} takes. */
export interface ResumeOptions<Flow = unknown> {
  /** The run to go on with: its id, or a form of `latest`. @defaultValue your own latest */
  readonly run?: string;
  /** Run this step and all that follows again. */
  readonly step?: string;
  /** Parameters to change; the others are those of the run that is resumed. */
  readonly parameters?: RunParameters<Flow>;
}

const NAMES: readonly (keyof ResumeOptions)[] = ["run", "step", "parameters"];

/** Most likely parameters, as `run` takes them. */
export function refuseUnknownResumeOptions(options: object): void {
  const unknown = Object.entries(options).filter(([name]) => !NAMES.some((known) => known === name));
  const name = unknown[0]?.[0];
  if (name === undefined) return;
  const near = nearest(name, NAMES);
  const example = inspect({ parameters: Object.fromEntries(unknown) }, { breakLength: Infinity });
  throw new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot resume with ${name} because it is not an option of resume`,
    details: [`options: ${NAMES.join(", ")}`],
    hint: near === null ? `give a parameter of the flow in parameters: ${example}` : `did you mean ${near}?`,
  });
}
