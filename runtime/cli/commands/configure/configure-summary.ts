import type { Colors } from "picocolors/types.js";
import { environment } from "../../../config.ts";
import { AWS_SETTINGS, type AwsSettings } from "./aws-settings.ts";
import type { SettingChange } from "./write-project-file.ts";

/** What `configure aws` did. */
export interface ConfigureSummary {
  readonly file: string;
  readonly settings: AwsSettings;
  readonly changes: readonly SettingChange[];
  readonly isVerified: boolean;
  readonly gpuQueue: string | null;
}

/** Variables that come before the file. */
const VARIABLES = {
  datastore: "MILLRACE_DATASTORE",
  batchQueue: "MILLRACE_BATCH_QUEUE",
  batchJobRole: "MILLRACE_BATCH_JOB_ROLE",
  batchExecutionRole: "MILLRACE_BATCH_EXECUTION_ROLE",
  image: "MILLRACE_IMAGE",
  stepFunctionsRole: "MILLRACE_STEP_FUNCTIONS_ROLE",
  stepFunctionsEventRole: "MILLRACE_STEP_FUNCTIONS_EVENT_ROLE",
  stepFunctionsPrefix: "MILLRACE_STEP_FUNCTIONS_PREFIX",
} as const;

/** As a diff shows it: what was, what is, and with neither sign what stayed. */
export function summaryText(summary: ConfigureSummary, colors: Colors): string {
  const { file, settings, changes, isVerified, gpuQueue } = summary;
  const lines = AWS_SETTINGS.flatMap(({ key }) => {
    const change = changes.find((one) => one.key === key);
    if (change === undefined) return settings[key] === undefined ? [] : [`  ${key}: ${settings[key]}`];
    const before = change.before === null ? [] : [colors.red(`- ${key}: ${change.before}`)];
    return [...before, colors.green(`+ ${key}: ${change.after}`)];
  });
  return [
    `${changes.length === 0 ? "nothing to change in" : "wrote"} ${file}`,
    ...lines,
    isVerified
      ? "tried out: an object was written, read and removed; the job queue takes jobs"
      : "not tried out, as --no-verify says",
    ...(gpuQueue === null
      ? []
      : [`the stack has a job queue for GPUs as well: @batch({ queue: "${gpuQueue}", gpu: 1 })`]),
    ...overriding(settings).map((name) => colors.yellow(`note: ${name} is set here and comes before the file`)),
  ].join("\n");
}

export function summaryJson({ changes, ...summary }: ConfigureSummary): unknown {
  const entries = changes.map(({ key, before, after }) => [key, { before, after }]);
  return { ...summary, changes: Object.fromEntries(entries) as unknown, overriddenBy: overriding(summary.settings) };
}

function overriding(settings: AwsSettings): string[] {
  return AWS_SETTINGS.flatMap(({ key }) => {
    const value = environment()[VARIABLES[key]];
    const isOther = value !== undefined && value !== "" && settings[key] !== undefined && value !== settings[key];
    return isOther ? [VARIABLES[key]] : [];
  });
}
