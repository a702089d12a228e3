import { MillraceError } from "../../sdk/base/millrace-error.ts";
import type { ProjectPlace } from "../datastore/records.ts";

const NAME = /^[A-Za-z0-9][\w.@-]{0,99}$/;

/** What a deployment is called: as the user says, else as its flow, of a project's flow `project.branch.flow`. */
export function deploymentName(given: string | undefined, of: { flow: string; project: ProjectPlace | null }): string {
  const { flow, project } = of;
  const name =
    given ?? (project === null ? flow : `${project.name}.${project.branch}.${flow}`).replace(/[^\w.@-]+/g, "-");
  if (NAME.test(name)) return name;
  throw new MillraceError({
    code: "MILLRACE_DEPLOYMENT",
    headline: `Cannot deploy ${flow} because the name of a deployment is 1 to 100 letters, digits, _, ., @ and - that begin with a letter or digit: ${JSON.stringify(name.slice(0, 120))}`,
    hint: "choose another one with --name",
  });
}
