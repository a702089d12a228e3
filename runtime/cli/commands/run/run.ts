import type { Command } from "commander";
import { launchRun } from "../../../launch/launch-run.ts";
import type { ParameterText } from "../../../launch/values/read-parameter.ts";
import { runIdFile } from "../../../launch/run/run-id-file.ts";
import { readAdmitted } from "../../../launch/engines/read-admitted.ts";
import { resolveRunOptions } from "../../../launch/run/run-options.ts";
import { planReuse } from "../../../launch/plan/plan-reuse.ts";
import { planRun } from "../../../launch/plan/plan-run.ts";
import { bundleFlow } from "../../../package/bundle.ts";
import type { RunFlags } from "./flags.ts";
import type { CliContext } from "../../cli-context.ts";
import { configTexts } from "../../config-texts.ts";
import { onInterrupt } from "../../on-interrupt.ts";
import { noteNeeds } from "./note-needs.ts";
import { noteWarnings } from "./note-warnings.ts";
import { packageVersion } from "../../package-version.ts";
import type { ResumeRequest } from "../resume/report-plan.ts";
import { runReporter } from "../../progress/run-reporter.ts";
import { stdoutOnStderr } from "../../stdout-on-stderr.ts";
import { userPath } from "../../../settings/user-path.ts";

export interface RunRequest {
  readonly flags: RunFlags;
  readonly command: Command;
  readonly parameters: ReadonlyMap<string, ParameterText>;
  /** Set for `resume`. */
  readonly resume: ResumeRequest | null;
  /**
   * The command that goes on with the run, behind the program's name.
   * @defaultValue `resume`
   */
  readonly resumeWith?: string;
  /** How the user calls `millrace`, for a flow that no file of theirs commands. */
  readonly lookWith?: string;
}

/** A run that has ended. */
export interface RunMade {
  readonly flow: string;
  readonly run: string;
  /** Whether all of it succeeded. */
  readonly isDone: boolean;
}

/** `run` and `resume`: from the parsed command line to the exit code. Null where no run was wanted. */
export async function runFlow(context: CliContext, request: RunRequest): Promise<RunMade | null> {
  const { flags, resume } = request;
  const { settings } = context;
  const { tag: tags = [] } = flags;
  const output = context.output(flags);
  const store = context.datastore(flags);
  const { configFiles: files, configValues: values } = configTexts(request.command);
  const plan = await planRun({
    ...context,
    store,
    added: flags.with ?? [],
    isRemote: flags.remote === true,
    configs: { files, values },
    parameters: { texts: request.parameters, values: {} },
    tags,
    resume,
  });
  const { graph, origin, engines } = plan;
  let { bundle } = context;
  const isCostAsked = flags.planCost === true;
  // As JSON there is one answer.
  if (origin !== null && resume !== null && !(isCostAsked && output.isJson)) {
    const { reportPlan } = await import("../resume/report-plan.ts");
    bundle ??= await bundleFlow(context.flowFile);
    const asked = isCostAsked ? { ...resume, isDryRun: true } : resume;
    await reportPlan(origin, { store, graph, bundle, output, resume: asked, settings });
  }
  if (isCostAsked) {
    const { showCostPlan } = await import("./show-cost-plan.ts");
    const reuse = origin === null ? null : planReuse(origin, { graph, named: resume?.step ?? null });
    showCostPlan(graph, { store, engines, prices: settings.prices(), reuse, output });
    return null;
  }
  if (resume?.isDryRun === true) return null;
  const options = resolveRunOptions({ ...flags, maxSplits: flags.maxNumSplits, graceMs: flags.grace }, settings);
  const admitted = await readAdmitted(graph.flow, { store, options });
  noteNeeds(graph, { output, engines, settings, options, admitted });
  noteWarnings(await plan.findings(), output);
  const idFile = flags.runIdFile === undefined ? null : runIdFile(userPath(flags.runIdFile, context.cwd));

  if (flags.detach === true) {
    const { runDetached } = await import("./run-detached.ts");
    await runDetached(plan, { context, flags, store, options, output, created: (run) => idFile?.write(run) });
    return null;
  }
  const { resumeWith, lookWith } = request;
  const { programName } = context;
  const reporter = runReporter({ output, graph, programName, resumeWith, lookWith, datastore: flags.datastore });
  let isStopped = false;
  const run = await launchRun(plan, {
    store,
    settings,
    options,
    admitted,
    branch: { branch: flags.branch, isProduction: flags.production },
    programName,
    bundle,
    early: context.early,
    millraceVersion: packageVersion(),
    on: {
      ...reporter,
      created(document) {
        idFile?.write(document.run);
        reporter.created(document);
      },
      stopRequested(request) {
        isStopped = true;
        reporter.stopRequested?.(request);
      },
    },
  });
  const interruption = onInterrupt(run.interrupt, reporter.say);
  const restoreStdout = output.isJson ? stdoutOnStderr() : null;
  try {
    const state = await run.finished;
    reporter.finished(state);
    // A request that comes when all is done changes nothing.
    if (interruption.happened() || (isStopped && state.status !== "succeeded")) process.exitCode = 130;
    else if (state.status !== "succeeded") process.exitCode = 1;
    return { flow: graph.flow, run: run.document.run, isDone: state.status === "succeeded" };
  } finally {
    restoreStdout?.();
    reporter.close();
    interruption.stop();
  }
}
