import { Command } from "commander";
import type { StoreContext } from "../../cli-context.ts";
import { withInspectOptions } from "../../show/inspect-options.ts";
import type { PublishFlags } from "./publish-event.ts";

/** `event publish NAME`: starts what waits for the event. */
export function eventCommand(context: StoreContext): Command {
  const command = new Command("event").description("publish events, which start deployed flows that wait for them");
  const publish = new Command("publish")
    .description("publish an event: the deployments that wait for it start")
    .argument("<name>", "letters, digits, _ - . and :")
    .option("--data <json>", "what the event says; a trigger can take parameters from its fields")
    .addHelpText(
      "after",
      `\nExample: ${context.programName} event publish rates-arrived --data '{"date": "2026-03-01"}'`,
    );
  command.addCommand(
    withInspectOptions(publish).action(async (name: string, flags: PublishFlags) => {
      const { publishEvent } = await import("./publish-event.ts");
      publishEvent(context, name, flags);
    }),
  );
  return command;
}
