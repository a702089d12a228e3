import { Command } from "commander";
import type { StoreContext } from "../../cli-context.ts";
import { RUN_FORMS, withBranchOptions } from "../../owner-meant.ts";
import { withInspectOptions } from "../../show/inspect-options.ts";
import type { DiffOptions } from "./run.ts";

/** `diff RUN RUN`: how the second run differs from the first. */
export function diffCommand(context: StoreContext): Command {
  const command = new Command("diff")
    .description("compare two runs: parameters, code, artifacts, durations")
    .argument("<before>", RUN_FORMS)
    .argument("<after>", RUN_FORMS);
  return withInspectOptions(withBranchOptions(command)).action(
    async (before: string, after: string, options: Omit<DiffOptions, "before" | "after">) => {
      const { showDiff } = await import("./run.ts");
      showDiff(context, { ...options, before, after });
    },
  );
}
