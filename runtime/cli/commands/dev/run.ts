import process from "node:process";
import { environment } from "../../../config.ts";
import { stepMethods } from "../../../graph/step-methods.ts";
import type { CliContext } from "../../cli-context.ts";
import { ownerMeant } from "../../owner-meant.ts";
import { DevSession } from "./dev-session.ts";
import type { DevFlags } from "./flags.ts";
import { stepMeant } from "./step-meant.ts";

export interface DevCommandLine {
  readonly flags: DevFlags;
  /** The step, if it is named, and what `spin` is to judge. */
  readonly words: readonly string[];
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** `dev`: from the parsed command line to the exit code. */
export async function devStep(context: CliContext, { flags, words }: DevCommandLine): Promise<void> {
  const { Flow, flowFile, flowName, cwd, fields } = context;
  const [first] = words;
  const named = first === undefined || first.startsWith("-") ? null : first;
  const { pathspec, datastore, branch, production } = flags;
  const step =
    named ?? stepMeant(context.datastore(flags), { flow: flowName, owner: ownerMeant(context, flags), pathspec });
  const session = new DevSession({
    ...{ step, flowFile, cwd, flow: flowName },
    steps: [...stepMethods(Flow).keys()],
    parameters: fields.map(({ name }) => name),
    words: [
      ...[`${flowFile}#${flowName}`, step],
      ...(pathspec === undefined ? [] : ["--pathspec", pathspec]),
      ...(datastore === undefined ? [] : ["--datastore", datastore]),
      ...(branch === undefined ? [] : ["--branch", branch]),
      ...(production === true ? ["--production"] : []),
      ...(named === null ? words : words.slice(1)),
    ],
    env: environment(),
    output: context.output({}),
  });
  const stop = () => session.stop();
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    process.exitCode = await session.run();
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}
