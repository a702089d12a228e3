import { Command, Option } from "commander";
import type { StoreContext } from "../../cli-context.ts";
import { RUN_FORMS, withBranchOptions } from "../../owner-meant.ts";
import { wholeNumber, withInspectOptions } from "../../show/inspect-options.ts";
import type { UsageFlags } from "./flags.ts";

/** `usage [RUN]`: what steps asked for, what they used, and what to ask for instead. */
export function usageCommand(context: StoreContext): Command {
  const command = new Command("usage")
    .description("show what steps asked for and what their tasks used, and what to ask for instead")
    .argument("[run]", `${RUN_FORMS}; run/step for one step (default: latest)`)
    .option("--last <n>", "this run and those of the flow before it: so many in all", wholeNumber, 1)
    .addOption(new Option("--by <what>", "tell runs of different machines apart").choices(["machine"]))
    .option("--write", "print only the decorators, to paste into the flow")
    .addOption(
      new Option("--cost", "show what it cost, by the prices in millrace.config.json").conflicts(["by", "write"]),
    );
  return withInspectOptions(withBranchOptions(command)).action(
    async (run: string | undefined, options: Omit<UsageFlags, "run">) => {
      const flags = { ...options, run: run ?? null };
      if (options.cost === true) {
        const { showCost } = await import("./show-cost.ts");
        return showCost(context, flags);
      }
      const { showUsage } = await import("./run.ts");
      showUsage(context, flags);
    },
  );
}
