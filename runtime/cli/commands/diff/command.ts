import { Command } from "commander";
import type { StoreContext } from "../../cli-context.ts";
import { RUN_FORMS, withBranchOptions } from "../../owner-meant.ts";
import { withInspectOptions } from "../../show/inspect-options.ts";
import type { DiffOptions } from "./run.ts";

/** `diff [RUN...]`: how the second run differs from the first, or several side by side. */
export function diffCommand(context: StoreContext): Command {
  const command = new Command("diff")
    .description("compare two runs or more: parameters, code, artifacts, durations")
    .argument("[runs...]", `${RUN_FORMS} (default: your last two)`);
  return withInspectOptions(withBranchOptions(command)).action(
    async (runs: string[], options: Omit<DiffOptions, "runs">) => {
      const { showDiff } = await import("./run.ts");
      showDiff(context, { ...options, runs });
    },
  );
}
