import { changeDeployment, type ChangedDeployment } from "../../../deploy/change-deployment.ts";
import { rollBack } from "../../../deploy/roll-back.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { ChangeFlags } from "./flags.ts";

type ChangeCall = ChangeFlags &
  (
    | { readonly action: "pause" | "unpause" | "remove" }
    /** Null for the version before. */
    | { readonly action: "rollback"; readonly version: number | null }
  );

/** `deployment pause|unpause|remove|rollback NAME`. */
export async function change(context: StoreContext, call: ChangeCall): Promise<void> {
  const output = context.output(call);
  const { name } = call;
  const { settings } = context;
  const request = { name, store: context.datastore(call), settings, takesOver: call.takeOver === true };
  const done =
    call.action === "rollback"
      ? await rollBack({ ...request, version: call.version })
      : await changeDeployment(call.action, request);
  const { version, isPaused, isRemoved, sequence } = done.state;
  if (output.isJson)
    return output.json({ name, action: call.action, version, isPaused, isRemoved, sequence, isNew: done.isNew });
  output.print(doneText(call.action, done));
  for (const line of done.lines) output.note(line);
}

function doneText(action: ChangeCall["action"], { state, isNew }: ChangedDeployment): string {
  const { name, version, isPaused } = state;
  switch (action) {
    case "pause":
      return isNew ? `${name} is paused: its schedules and events start nothing` : `${name} is paused already`;
    case "unpause":
      return isNew ? `${name} is on again` : `${name} is not paused`;
    case "remove":
      return `${name} is removed; its runs and versions stay`;
    case "rollback":
      return `${name} is ${isNew ? "back at" : "at"} version ${version ?? 0}${isPaused ? ", and paused" : ""}`;
  }
}
