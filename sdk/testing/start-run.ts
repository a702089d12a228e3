import process from "node:process";
import { consoleOutput } from "../../runtime/cli/output.ts";
import { packageVersion } from "../../runtime/cli/package-version.ts";
import { type RunReporter, runReporter } from "../../runtime/cli/progress/run-reporter.ts";
import { processSettings } from "../../runtime/config.ts";
import { engineSettingKeys } from "../../runtime/engines/index.ts";
import { openDatastore } from "../../runtime/datastore/datastore.ts";
import type { RunEvent } from "../../runtime/datastore/run-event.ts";
import type { FlowGraph } from "../../runtime/graph/flow-graph.ts";
import { launchRun } from "../../runtime/launch/launch-run.ts";
import { runIdFile } from "../../runtime/launch/run/run-id-file.ts";
import { userPath } from "../../runtime/settings/user-path.ts";
import { planRun } from "../../runtime/launch/plan/plan-run.ts";
import { readFlowFile } from "../../runtime/launch/plan/read-flow-file.ts";
import type { ResumePoint } from "../../runtime/launch/plan/resume-point.ts";
import type { Failure } from "../../runtime/scheduler/run-state.ts";
import { host } from "../base/host.ts";
import { configTexts } from "./config-texts.ts";
import { findFlow, type FlowSource, refuseTestFile } from "./flow-source.ts";
import type { ResolvedRunnerOptions } from "./runner-options.ts";

export interface StartRequest {
  readonly flow: FlowSource;
  readonly options: ResolvedRunnerOptions;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly resume: ResumePoint | null;
  onEvent(event: RunEvent): void;
}

/** A run under way, as the front end of a program sees it. */
export interface StartedRun {
  readonly finished: Promise<RunEnd>;
  interrupt(reason: string): void;
}

export interface RunEnd {
  readonly datastore: string;
  readonly flow: string;
  readonly run: string;
  readonly firstFailure: Failure | null;
}

/** What the command `run` does, without a command line. */
export async function startRun({ flow, options, resume, ...request }: StartRequest): Promise<StartedRun> {
  const place = await findFlow(flow);
  const { Flow, bundle } = await readFlowFile(place, { inspect: refuseTestFile });
  const settings = processSettings();
  const location = settings.datastoreLocation(options.datastore ?? host().datastore, engineSettingKeys());
  const store = openDatastore(location, { ...options.run, settings: settings.store });
  const plan = await planRun({
    Flow,
    flowFile: place.file,
    cwd: settings.cwd,
    settings,
    store,
    added: options.added,
    isRemote: options.isRemote,
    configs: { files: new Map(Object.entries(options.configFiles)), values: configTexts(options.config) },
    parameters: { texts: new Map(), values: request.parameters },
    tags: options.tags,
    resume,
  });
  const programName = `millrace ${place.given}${place.name === null ? "" : `#${place.name}`}`;
  const reporter = options.isShown ? shown(plan.graph, { programName, datastore: options.datastore }) : null;
  const idFile = options.runIdFile === null ? null : runIdFile(userPath(options.runIdFile, settings.cwd));
  const launched = await launchRun(plan, {
    store,
    settings,
    options: options.run,
    branch: options.branch,
    trigger: options.trigger,
    programName,
    bundle,
    early: null,
    millraceVersion: packageVersion(),
    on: {
      installing: (step, packages) => reporter?.installing(step, packages),
      created(document) {
        idFile?.write(document.run);
        reporter?.created(document);
      },
      warning: (text) => reporter?.warning(text),
      log: (line, labels) => reporter?.log(line, labels),
      progress: (at) => reporter?.progress?.(at),
      held: (lacking) => reporter?.held?.(lacking),
      stopRequested: (request) => reporter?.stopRequested?.(request),
      waits: (at, labels) => reporter?.waits(at, labels),
      event(event, labels) {
        reporter?.event(event, labels);
        request.onEvent(event);
      },
    },
  });
  const release = outliveOutput();
  return {
    interrupt: launched.interrupt,
    finished: launched.finished
      .then((state): RunEnd => {
        reporter?.finished(state);
        const { flow, run } = launched.document;
        return { datastore: store.storage.location, flow, run, firstFailure: state.firstFailure };
      })
      .finally(() => {
        reporter?.close();
        release();
      }),
  };
}

/** What this process prints may be read by nobody any more: that alone does not end a run that it waits for. */
function outliveOutput(): () => void {
  const ignore = () => undefined;
  for (const stream of [process.stdout, process.stderr]) stream.on("error", ignore);
  return () => {
    for (const stream of [process.stdout, process.stderr]) stream.off("error", ignore);
  };
}

function shown(graph: FlowGraph, names: { programName: string; datastore: string | undefined }): RunReporter {
  return runReporter({ output: consoleOutput({ isJson: false }), graph, ...names });
}
