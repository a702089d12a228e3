import { Command, InvalidArgumentError } from "commander";
import { USUAL_FALSE_ALARMS } from "../../../monitoring/usual-false-alarms.ts";
import type { StoreContext } from "../../cli-context.ts";
import { withInspectOptions } from "../../show/inspect-options.ts";
import type { MonitorFlags } from "./flags.ts";

/** `monitor MODEL`: what a model was asked, how right it was, and what has changed. */
export function monitorCommand(context: StoreContext): Command {
  const command = new Command("monitor")
    .description(
      "show how a served model is doing and what has changed; exits with 1 on drift, or where some of it cannot be read",
    )
    .argument("<model>", "name of the model; churn@7 or churn@production to compare the requests of that version alone")
    .option("--window <time>", "look at this long up to now: 30s, 15m, 6h, 7d", "1d")
    .option("--against <what>", "training, or 7d: the time of this length right before", "training")
    .option("--false-alarms <share>", "how often an unchanged model may alarm", share, USUAL_FALSE_ALARMS)
    .option("--card <file>", "write the report into an HTML file as well")
    .option("--no-publish", "do not publish the event drift:MODEL on an alarm")
    .addHelpText("after", `\nExample: ${context.programName} monitor churn --window 7d --against 28d`);
  return withInspectOptions(command).action(async (model: string, flags: MonitorFlags) => {
    const { showMonitor } = await import("./run.ts");
    showMonitor(context, model, flags);
  });
}

function share(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number <= 0.5))
    throw new InvalidArgumentError("It takes a share above 0 and up to 0.5, such as 0.01.");
  return number;
}
