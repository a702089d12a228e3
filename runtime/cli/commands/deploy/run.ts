import fs from "node:fs";
import process from "node:process";
import type { Command } from "commander";
import { writeWhole } from "../../../process/write-whole.ts";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { decoratorIn } from "../../../../sdk/decorators/decorator-in.ts";
import { triggersOf } from "../../../../sdk/decorators/triggers-of.ts";
import { deploy, type Deployed, type DeploymentSpec, specOf } from "../../../deploy/deploy.ts";
import type { DeployTarget } from "../../../deploy/deployer.ts";
import { givenTexts } from "../../../deploy/given-texts.ts";
import { targetNamed } from "../../../deploy/index.ts";
import { lateParameters } from "../../../deploy/late-parameters.ts";
import type { DeployRequest } from "../../../deploy/prepare-deployment.ts";
import { engineNamed } from "../../../engines/index.ts";
import { planRun, type RunPlan } from "../../../launch/plan/plan-run.ts";
import { resolveRunOptions } from "../../../launch/run/run-options.ts";
import type { ParameterText } from "../../../launch/values/read-parameter.ts";
import { userPath } from "../../../settings/user-path.ts";
import type { CliContext } from "../../cli-context.ts";
import { configTexts } from "../../config-texts.ts";
import type { Output } from "../../output.ts";
import { packageVersion } from "../../package-version.ts";
import { stdoutOnStderr } from "../../stdout-on-stderr.ts";
import { noteWarnings } from "../run/note-warnings.ts";
import type { DeployFlags } from "./flags.ts";
import { deployedJson, deployedText } from "./text.ts";

export interface DeployCall {
  readonly target: string;
  readonly flags: DeployFlags;
  readonly command: Command;
  readonly parameters: ReadonlyMap<string, ParameterText>;
}

/** `deploy`: from the parsed command line to what is printed. */
export async function deployFlow(context: CliContext, call: DeployCall): Promise<void> {
  const { flags } = call;
  const target = targetNamed(call.target);
  const output = context.output(flags);
  // What modules of the flow print is no part of the document.
  const restore = stdoutOnStderr();
  const done = await outcome(context, { ...call, target, output }).finally(restore);
  if ("state" in done) {
    if (output.isJson) return output.json(deployedJson(done, Date.now()));
    return output.print(deployedText(done, { colors: output.colors, now: Date.now() }));
  }
  const { deployment, version } = done.version;
  if (flags.out !== undefined)
    return output.note(`${deployment}, version ${version}, for ${target.name}: written to ${flags.out}`);
  if (output.isJson) return output.json({ deployment, version, target: target.name, spec: done.spec });
  output.raw(done.spec);
}

async function outcome(context: CliContext, call: PlannedCall): Promise<Deployed | DeploymentSpec> {
  const { flags, output } = call;
  const out = flags.out === undefined ? null : userPath(flags.out, context.cwd);
  // Before anything is recorded.
  if (out !== null) tryOut(out);
  const { plan, request } = await planned(context, call);
  noteWarnings(await plan.findings(), output);
  for (const text of plan.warnings ?? []) request.warning(text);
  const done = flags.onlySpec === true ? await specOf(plan, request) : await deploy(plan, request);
  if (out !== null) writeOut(done.spec, out);
  return done;
}

interface PlannedCall extends Omit<DeployCall, "target"> {
  readonly target: DeployTarget;
  readonly output: Output;
}

async function planned(context: CliContext, of: PlannedCall): Promise<{ plan: RunPlan; request: DeployRequest }> {
  const { target, flags, output, parameters: texts } = of;
  const { Flow, fields, settings, programName, bundle, flowName } = context;
  const store = context.datastore(flags);
  const { configFiles: files, configValues: values } = configTexts(of.command);
  const parameters = givenTexts(fields, { texts, env: settings.env });
  const given = new Set(Object.keys(parameters));
  const late = lateParameters({ flow: flowName, fields, triggers: triggersOf(Flow), given });
  const plan = await planRun({
    ...{ ...context, store, tags: flags.tag ?? [], resume: null },
    added: withEngine(flags.with ?? [], target),
    // A step runs where its decorator says, as nobody is there who could choose.
    isRemote: true,
    configs: { files, values },
    parameters: { texts, values: {}, late },
  });
  const options = { ...flags, maxSplits: flags.maxNumSplits, graceMs: flags.grace };
  const request: DeployRequest = {
    ...{ target, parameters, store, settings, programName, bundle, millraceVersion: packageVersion() },
    name: flags.name,
    isPaused: flags.paused === true ? true : null,
    takesOver: flags.takeOver === true,
    branch: { branch: flags.branch, isProduction: flags.production },
    options: resolveRunOptions(options, settings),
    installing: (step, packages) => output.note(`${step}: installing ${packages.join(", ")}`),
    warning: (text) => output.note(output.colors.yellow(`warning: ${text}`)),
  };
  return { plan, request };
}

/** Steps that name no engine run on the target's own. */
function withEngine(added: readonly string[], { engine }: DeployTarget): readonly string[] {
  const isNamed = added.some((text) => engineNamed(decoratorIn(text)) !== null);
  return isNamed || engineNamed(engine) === null ? added : [...added, engine];
}

function tryOut(file: string): void {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    fs.writeFileSync(draft, "");
  } catch (cause) {
    throw cannotWrite(file, cause);
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function writeOut(text: string, file: string): void {
  try {
    writeWhole(file, text);
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
}

function cannotWrite(file: string, cause: unknown): MillraceError {
  return new MillraceError({
    code: "MILLRACE_MISSING_FILE",
    headline: `Cannot write what is installed because the file cannot be written: ${file}`,
    details: [messageOf(cause)],
    hint: "give another path with --out; --only-spec writes the file alone",
    cause,
  });
}
