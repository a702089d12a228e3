import { MillraceError } from "../../sdk/base/millrace-error.ts";
import type { DeploymentState } from "../datastore/deployments.ts";
import type { DeploymentAction } from "../datastore/kinds/deployment-move.ts";

export interface ChangeBy {
  readonly action: DeploymentAction;
  readonly username: string;
  readonly takesOver: boolean;
}

/**
 * A deployment belongs to the user who changed it last.
 * @throws MillraceError `MILLRACE_DEPLOYMENT` where that is another one, who is not to be replaced
 */
export function refuseChange({ name, username: owner, host }: DeploymentState, by: ChangeBy): void {
  if (owner === by.username || by.takesOver) return;
  throw new MillraceError({
    code: "MILLRACE_DEPLOYMENT",
    headline: `Cannot ${by.action} ${name} because it belongs to another user: ${owner}, on ${host}`,
    hint: `--take-over makes it yours${by.action === "deploy" ? "; --name deploys beside it" : ""}`,
  });
}
