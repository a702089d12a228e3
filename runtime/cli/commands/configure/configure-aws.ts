import path from "node:path";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { PROJECT_FILE } from "../../../settings/project-file.ts";
import type { Settings } from "../../../settings/read-settings.ts";
import { BATCH_SETTINGS } from "../../../engines/batch/batch-settings.ts";
import type { ConfigureAwsFlags } from "./flags.ts";
import type { Output } from "../../output.ts";
import { canAsk, openQuestions } from "./open-questions.ts";
import { AWS_SETTINGS, type AwsSettings, checkForms, problemOf, regionOf } from "./aws-settings.ts";
import { checkDatastore } from "./check-datastore.ts";
import { findQueue } from "./find-queue.ts";
import { loadAwsSetup } from "./load-aws-setup.ts";
import { stackSettings } from "./stack-settings.ts";
import { summaryJson, summaryText } from "./configure-summary.ts";
import { templateText } from "./template-text.ts";
import { writeProjectFile } from "./write-project-file.ts";

interface Surroundings {
  readonly output: Output;
  readonly settings: Settings;
}

/** `configure aws`: gathers the settings, tries them out, and writes them to the project's file. */
export async function configureAws(
  flags: ConfigureAwsFlags,
  { output, settings: around }: Surroundings,
): Promise<void> {
  if (flags.template === true) return output.print(templateText().trimEnd());
  const project = around.project(Object.values(BATCH_SETTINGS).map(({ key }) => key));
  const given = givenSettings(flags);
  checkForms(given);
  const aws = loadAwsSetup();
  const region = flags.region ?? regionOf(given.batchQueue);
  const stack = flags.stack === undefined ? null : await stackSettings(aws(region), flags.stack);
  const known = { ...usable(project?.settings ?? {}), ...stack?.settings, ...given };
  const settings = await completed(known, flags.json !== true && canAsk());
  if (flags.verify) {
    output.note(output.colors.dim(`trying out ${settings.datastore} and the job queue ${settings.batchQueue} …`));
    checkDatastore(settings.datastore, { region: flags.region, settings: around });
    settings.batchQueue = await findQueue(aws(region ?? regionOf(settings.batchQueue)), settings.batchQueue);
  }
  const file = project?.file ?? path.join(around.cwd, PROJECT_FILE);
  const changes = writeProjectFile(file, { content: project?.content ?? {}, settings });
  const summary = { file, settings, changes, isVerified: flags.verify, gpuQueue: stack?.gpuQueue ?? null };
  if (output.isJson) return output.json(summaryJson(summary));
  output.print(summaryText(summary, output.colors));
}

function givenSettings(flags: ConfigureAwsFlags): AwsSettings {
  return withoutGaps({
    datastore: flags.datastore,
    batchQueue: flags.queue,
    batchJobRole: flags.jobRole,
    batchExecutionRole: flags.executionRole,
    image: flags.image,
    stepFunctionsRole: flags.stateMachineRole,
    stepFunctionsEventRole: flags.eventRole,
    // Only a stack says it, with the roles that allow it.
    stepFunctionsPrefix: undefined,
  });
}

/** What the file says already; a folder as datastore is of no use on AWS. */
function usable(settings: AwsSettings): AwsSettings {
  const entries = AWS_SETTINGS.flatMap((setting) => {
    const value = settings[setting.key];
    return value === undefined || problemOf(setting, value) !== null ? [] : [[setting.key, value]];
  });
  return Object.fromEntries(entries) as AwsSettings;
}

type Complete = AwsSettings & { datastore: string; batchQueue: string };

/** With all that nothing works without: a person is asked for the rest, a program told which options it lacks. */
async function completed(known: AwsSettings, mayAsk: boolean): Promise<Complete> {
  const missing = AWS_SETTINGS.filter(({ key, isAsked }) => isAsked && known[key] === undefined);
  if (!mayAsk) {
    const required = missing.filter(({ isRequired }) => isRequired);
    if (required.length > 0) throw incomplete(required.map(({ flag }) => flag));
    return known as Complete;
  }
  if (missing.length === 0) return known as Complete;
  const questions = openQuestions();
  const answers: AwsSettings = {};
  try {
    for (const setting of missing) {
      const answer = await questions.ask(setting);
      if (answer !== null) answers[setting.key] = answer;
    }
  } finally {
    questions.close();
  }
  return { ...known, ...answers } as Complete;
}

function withoutGaps(settings: Record<keyof AwsSettings, string | undefined>): AwsSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function incomplete(flags: readonly string[]): MillraceError {
  return new MillraceError({
    code: "MILLRACE_SETTINGS",
    headline: `Cannot configure AWS because settings are missing and there is no terminal to ask on: ${flags.join(" and ")}`,
    details: ["the command asks if stdin and stderr are a terminal, and without --json"],
    hint: "pass the options, for example --datastore s3://bucket/millrace --queue NAME, or --stack NAME for all of them",
  });
}
