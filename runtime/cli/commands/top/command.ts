import { Command } from "commander";
import type { StoreContext } from "../../cli-context.ts";
import type { TopOptions } from "./show-top.ts";

/** `top`: runs, their tasks and logs in the whole terminal, by keys. */
export function topCommand(context: StoreContext): Command {
  return new Command("top")
    .description("look at runs in the whole terminal, live: steps, tasks, logs, artifacts; ? lists the keys")
    .option("--datastore <location>", "folder or bucket of the runs (default: the nearest .millrace, here or above)")
    .action(async (options: TopOptions) => {
      const { showTop } = await import("./show-top.ts");
      await showTop(context, options);
    });
}
