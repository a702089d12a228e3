import { Command } from "commander";
import type { StoreContext } from "../../cli-context.ts";
import { type InspectOptions, withInspectOptions } from "../../show/inspect-options.ts";

/** `deployments`: what runs when nobody is at the keyboard. */
export function deploymentsCommand(context: StoreContext): Command {
  const command = new Command("deployments").description(
    "list the deployments of the datastore, each with what it waits for",
  );
  return withInspectOptions(command).action(async (options: InspectOptions) => {
    const { showDeployments } = await import("./run.ts");
    showDeployments(context, options);
  });
}
