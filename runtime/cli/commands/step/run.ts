import process from "node:process";
import { executeDeployed } from "../../../launch/deployed/execute-deployed.ts";
import { HereExecutor } from "../../../launch/deployed/here-executor.ts";
import { readToldTask } from "../../../launch/deployed/told-task.ts";
import { withoutTaskVariables } from "../../../launch/deployed/without-task-variables.ts";
import { userPath } from "../../../settings/user-path.ts";
import type { StopReason } from "../../../task/stop-reason.ts";
import type { StoreContext } from "../../cli-context.ts";
import { onInterrupt } from "../../on-interrupt.ts";

export interface StepFlags {
  readonly datastore?: string;
  readonly root?: string;
}

/** Exits with 0 if what was asked for is done, whoever did it, and with 1 if the target may try again. */
export async function executeStep(context: StoreContext, flags: StepFlags): Promise<void> {
  const output = context.output({});
  const told = readToldTask(context.settings.env);
  const settings = withoutTaskVariables(context.settings);
  const store = context.datastore(flags);
  const warning = (text: string) => output.note(`${output.colors.yellow("warning")}: ${text}`);
  const executor = new HereExecutor(
    {
      ...{ store, settings },
      on: {
        installing: (step, packages) => output.note(`installing for ${step}: ${packages.join(", ")}`),
        log: ({ stream, text }) => (stream === "stdout" ? output.print(text) : output.note(text)),
        warning,
      },
    },
    flags.root === undefined ? undefined : userPath(flags.root, context.cwd),
  );
  const ended = new AbortController();
  const interruption = onInterrupt(
    (reason) =>
      ended.abort({ name: "AbortError", message: `its process was told to stop: ${reason}` } satisfies StopReason),
    (text) => output.note(text),
  );
  try {
    const end = await executeDeployed(store, { told, settings, executor, signal: ended.signal, warning });
    if (end.status === "done") return;
    const { name, message, stack, frame } = end.error;
    output.note(
      `${output.colors.red("failed")}: ${stack ?? `${name}: ${message}`}${frame === undefined ? "" : `\n${frame}`}`,
    );
    process.exitCode = 1;
  } finally {
    interruption.stop();
  }
}
