import { Command } from "commander";
import type { StoreContext } from "../../cli-context.ts";
import { withBranchOptions } from "../../owner-meant.ts";
import { type InspectOptions, wholeNumber, withInspectOptions } from "../../show/inspect-options.ts";
import type { HistoryFlags, PromoteFlags, ReasonFlags, RegisterFlags, RollbackFlags, VersionsFlags } from "./flags.ts";
import { metricGiven } from "./metric-given.ts";
import { requirementGiven } from "./requirement-given.ts";
import { versionNumber, versionOrNone } from "./version-number.ts";

const REFERENCE = "a version: churn@7, churn@production or churn@latest";
const REASON = ["--reason <text>", "why, for whoever asks later"] as const;

/** `models list|show|versions|register|promote|rollback|history|diff|status|remove`. */
export function modelsCommand(context: StoreContext): Command {
  const command = new Command("models").description("name artifacts: numbered versions of models, and aliases of them");
  const of = (name: string, description: string) => withInspectOptions(new Command(name).description(description));
  const example = (args: string) => `\nExample: ${context.programName} models ${args}`;

  command.addCommand(
    of("list", "list the models, each with its latest version and its aliases").action(
      async (flags: InspectOptions) => {
        const { showModels } = await import("./show-models.ts");
        showModels(context, flags);
      },
    ),
  );
  command.addCommand(
    of("show", "show a version: its metrics, and what it was made from")
      .argument("<version>", REFERENCE)
      .action(async (reference: string, flags: InspectOptions) => {
        const { showModel } = await import("./show-model.ts");
        showModel(context, reference, flags);
      }),
  );
  command.addCommand(
    of("versions", "list the versions of a model, newest first")
      .argument("<name>", "name of the model")
      .option("--limit <n>", "at most this many; 0 for all", wholeNumber, 20)
      .action(async (name: string, flags: VersionsFlags) => {
        const { showVersions } = await import("./show-versions.ts");
        showVersions(context, name, flags);
      }),
  );
  command.addCommand(
    withBranchOptions(of("register", "make an artifact of a run the next version of a model, and print which"))
      .argument("<name>", "name of the model")
      .argument("<artifact>", "run/step/task/artifact; run/step/artifact where the step has one task")
      .option("--metric <name=number>", "how good it is; repeatable", metricGiven)
      .option("--description <text>", "what it is, for people")
      .addHelpText("after", example("register churn latest/end/model --metric auc=0.91"))
      .action(async (name: string, artifact: string, flags: RegisterFlags) => {
        const { registerModel } = await import("./register-model.ts");
        registerModel(context, { ...flags, name, artifact });
      }),
  );
  command.addCommand(
    of("promote", "let an alias point to a version")
      .argument("<version>", REFERENCE)
      .requiredOption("--alias <name>", "the alias, such as production; it is set if it was not")
      .option("--expect <n>", "the version that it points to now, or none; anything else is refused", versionOrNone)
      .option("--require <condition>", 'what has to hold: "metrics.auc >= current.metrics.auc"', requirementGiven)
      .option(...REASON)
      .addHelpText("after", example('promote churn@7 --alias production --expect 6 --reason "AUC + 0.02"'))
      .action(async (reference: string, flags: PromoteFlags) => {
        const { promoteVersion } = await import("./promote-version.ts");
        await promoteVersion(context, reference, flags);
      }),
  );
  command.addCommand(
    of("rollback", "let an alias point to where it was promoted before; once more goes a step further back")
      .argument("<alias>", "the alias of a model: churn@production")
      .option("--expect <n>", "the version that it points to now; anything else is refused", versionNumber)
      .option(...REASON)
      .action(async (reference: string, flags: RollbackFlags) => {
        const { rollBackAlias } = await import("./roll-back-alias.ts");
        rollBackAlias(context, reference, flags);
      }),
  );
  command.addCommand(
    of("history", "list every move of the aliases of a model, oldest first")
      .argument("<name>", "name of the model")
      .option("--at <time>", "where they stood then: 2026-03-01 or 2026-03-01T12:00, in UTC")
      .action(async (name: string, flags: HistoryFlags) => {
        const { showHistory } = await import("./show-history.ts");
        showHistory(context, name, flags);
      }),
  );
  command.addCommand(
    of("diff", "show what differs between two versions: metrics, values, data, code, packages")
      .argument("<from>", REFERENCE)
      .argument("<to>", "another one")
      .action(async (from: string, to: string, flags: InspectOptions) => {
        const { showDiff } = await import("./show-diff.ts");
        showDiff(context, { ...flags, from, to });
      }),
  );
  command.addCommand(
    of("status", "show which server answers with which version, and whether it is the right one")
      .argument("[name]", "name of a model (default: all)")
      .action(async (name: string | undefined, flags: InspectOptions) => {
        const { showStatus } = await import("./show-status.ts");
        showStatus(context, name, flags);
      }),
  );
  command.addCommand(
    of("remove", "give a version up, so that gc may remove what only it needs, or take an alias away")
      .argument("<version>", "churn@3 for the version, churn@staging for the alias alone")
      .option(...REASON)
      .action(async (reference: string, flags: ReasonFlags) => {
        const { removeModel } = await import("./remove-model.ts");
        removeModel(context, reference, flags);
      }),
  );
  return command;
}
