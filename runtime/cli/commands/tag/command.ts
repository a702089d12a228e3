import { Command } from "commander";
import type { StoreContext } from "../../cli-context.ts";
import { RUN_FORMS, withBranchOptions } from "../../owner-meant.ts";
import { withInspectOptions } from "../../show/inspect-options.ts";
import type { TagsOptions } from "./run.ts";

type Given = Omit<TagsOptions, "run">;

/** `tag add|remove|replace|list RUN [TAG...]`: the tags of a run, also long after it ended. */
export function tagCommand(context: StoreContext): Command {
  const command = new Command("tag").description("show or change the tags of a run");
  for (const [op, description] of [
    ["add", "add tags to a run"],
    ["remove", "remove tags from a run"],
    ["replace", "replace the tags of a run"],
  ] as const) {
    const one = new Command(op).description(description).argument("<run>", RUN_FORMS).argument("<tag...>", "the tags");
    command.addCommand(
      withInspectOptions(withBranchOptions(one)).action(async (run: string, tags: string[], options: Given) => {
        const { editTags } = await import("./run.ts");
        editTags(context, { ...options, run, op, tags });
      }),
    );
  }
  const list = new Command("list").description("list the tags of a run").argument("[run]", RUN_FORMS, "latest");
  command.addCommand(
    withInspectOptions(withBranchOptions(list)).action(async (run: string, options: Given) => {
      const { showTags } = await import("./run.ts");
      showTags(context, { ...options, run });
    }),
  );
  return command;
}
