import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../../sdk/base/nearest.ts";

/** A project to begin with: the files of its folder in `templates/`, and those of its base that it does not have itself. */
export interface Template {
  readonly name: string;
  /** For the help. */
  readonly about: string;
  /** The flow that its README starts with. */
  readonly flow: string;
}

export const TEMPLATES: readonly Template[] = [
  { name: "hello", about: "the smallest flow with a foreach and a join", flow: "flow.ts" },
  { name: "train", about: "train with several parameters in parallel, keep the best", flow: "flow.ts" },
  { name: "nightly", about: "extract, transform, train for each region, score", flow: "flow.ts" },
  {
    name: "monorepo",
    about: "npm and pnpm workspaces: a flow and a package that it shares",
    flow: "flows/train/flow.ts",
  },
];

/** @throws MillraceError with the nearest name */
export function templateNamed(name: string): Template {
  const found = TEMPLATES.find((template) => template.name === name);
  if (found !== undefined) return found;
  const names = TEMPLATES.map((template) => template.name);
  const near = nearest(name, names);
  throw new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot make a project because no template has this name: ${name}`,
    details: [`templates: ${names.join(", ")}`],
    hint: near === null ? `choose one: --template ${names[0] ?? ""}` : `did you mean ${near}?`,
  });
}
