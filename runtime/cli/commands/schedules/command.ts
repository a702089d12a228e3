import { Command } from "commander";
import type { StoreContext } from "../../cli-context.ts";
import { wholeNumber, withInspectOptions } from "../../show/inspect-options.ts";
import type { SchedulesFlags } from "./flags.ts";

/** `schedules`: what fires when, and what should have. */
export function schedulesCommand(context: StoreContext): Command {
  const command = new Command("schedules")
    .description("show what fires next; exit code 1 if something is late, or no scheduler is alive that would fire it")
    .argument("[deployment]", "only this one")
    .option("--next <n>", "how many instants to come", wholeNumber, 10)
    .option("--simulate <time...>", "what fires between two times, FROM included and TO not: 2026-03-28 2026-03-30");
  return withInspectOptions(command).action(async (name: string | undefined, flags: SchedulesFlags) => {
    const { showSchedules } = await import("./run.ts");
    showSchedules(context, { ...flags, name: name ?? null });
  });
}
