import { Command } from "commander";
import { withBranchOptions } from "../../owner-meant.ts";
import type { StoreContext } from "../../cli-context.ts";
import { wholeNumber, withInspectOptions } from "../../show/inspect-options.ts";
import type { GetCardFlags, ListCardsFlags, ViewCardFlags } from "./flags.ts";

/** `card list|view|get [PATHSPEC]`: what tasks of steps with `@card` show of themselves. */
export function cardCommand(context: StoreContext): Command {
  const command = new Command("card").description("list, open or write the cards of tasks");
  const list = new Command("list")
    .description("list the cards of a task, of a step's tasks or of a whole run")
    .argument("[pathspec]", "run, run/step or run/step/task", "latest");
  command.addCommand(
    withInspectOptions(withBranchOptions(list)).action(async (pathspec: string, options: ListCardsFlags) => {
      const { listCards } = await import("./run.ts");
      listCards(context, { ...options, pathspec });
    }),
  );
  command.addCommand(
    ofOneCard("view", "open a card in the browser").action(async (pathspec: string, options: ViewCardFlags) => {
      const { viewCard } = await import("./run.ts");
      await viewCard(context, { ...options, pathspec });
    }),
  );
  command.addCommand(
    ofOneCard("get", "write a card as an HTML file that needs nothing else")
      .option("--out <file>", "where (default: standard output)")
      .action(async (pathspec: string, options: GetCardFlags) => {
        const { getCard } = await import("./run.ts");
        await getCard(context, { ...options, pathspec });
      }),
  );
  return command;
}

function ofOneCard(name: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .argument("<pathspec>", "run/step/task; a run or a step that has one task with a card")
    .option("--id <id>", "which card of the task, where it has several")
    .option("--attempt <n>", "as this attempt left it, from 0 (default: the latest)", wholeNumber);
  return withInspectOptions(withBranchOptions(command));
}
