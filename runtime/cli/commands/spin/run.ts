import type { Command } from "commander";
import type { ParameterText } from "../../../launch/values/read-parameter.ts";
import { planSpin } from "../../../launch/spin/plan-spin.ts";
import { startSpin } from "../../../launch/spin/start-spin.ts";
import type { SpinFlags } from "./flags.ts";
import type { CliContext } from "../../cli-context.ts";
import { configTexts } from "../../config-texts.ts";
import { onInterrupt } from "../../on-interrupt.ts";
import { ownerMeant } from "../../owner-meant.ts";
import { packageVersion } from "../../package-version.ts";
import { ItemLabels } from "../../../datastore/reader/item-labels.ts";
import { taskName } from "../../../text/task-name.ts";
import { logLine } from "../../show/log-line.ts";
import { showSpin } from "./text.ts";

export interface SpinCommandLine {
  readonly step: string;
  readonly flags: SpinFlags;
  readonly command: Command;
  readonly parameters: ReadonlyMap<string, ParameterText>;
}

/** `spin`: from the parsed command line to the exit code. */
export async function spinStep(
  context: CliContext,
  { step, flags, command, parameters }: SpinCommandLine,
): Promise<void> {
  const output = context.output(flags);
  const store = context.datastore(flags);
  const { colors } = output;
  const { configFiles: files, configValues: values } = configTexts(command);
  const plan = await planSpin({
    ...context,
    store,
    step,
    pathspec: flags.pathspec ?? null,
    owner: ownerMeant(context, flags),
    configs: { files, values },
    parameters: { texts: parameters, values: {} },
  });
  const { document, task } = plan.origin;
  for (const text of plan.warnings ?? []) output.note(colors.yellow(`warning: ${text}`));
  const label = new ItemLabels(store.blobs).of(task.place);
  const past = `${document.flow}/${document.run}/${taskName({ step, task: task.task, label })}`;
  output.note(`${colors.bold(step)} on the inputs of ${past}`);
  const spin = await startSpin(plan, {
    ...context,
    store,
    isInspected: flags.inspect === true,
    millraceVersion: packageVersion(),
    on: {
      installing: (name, packages) =>
        output.note(colors.dim(`installing packages for ${name}: ${packages.join(", ")}`)),
      log: ({ stream, text }) => output.note(stream === "stderr" ? colors.red(logLine(text)) : logLine(text)),
      inspectable(url) {
        output.note(`the step waits for a debugger at ${url}`);
        output.note(colors.dim("  open chrome://inspect, or attach your editor to that port"));
      },
    },
  });
  const interruption = onInterrupt(spin.interrupt, (text) => output.note(`\n${text}`));
  try {
    const end = await spin.finished;
    showSpin(output, { store, plan, spin, end, label });
    if (interruption.happened()) process.exitCode = 130;
    else if (end.outcome.status === "failed") process.exitCode = 1;
  } finally {
    interruption.stop();
  }
}
