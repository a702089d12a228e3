import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { parseS3Location } from "../../../datastore/s3/s3-location.ts";

/** What `configure aws` writes down, by its names in `millrace.config.json`. */
export type AwsSettings = Partial<Record<AwsSetting["key"], string>>;

/** Those that nothing works without come first. */
export const AWS_SETTINGS = [
  {
    key: "datastore",
    flag: "--datastore",
    question: "datastore, as s3://bucket/millrace",
    isRequired: true,
    isAsked: true,
  },
  {
    key: "batchQueue",
    flag: "--queue",
    question: "job queue of AWS Batch, name or ARN",
    isRequired: true,
    isAsked: true,
  },
  { key: "batchJobRole", flag: "--job-role", question: "role that steps have, ARN", isRequired: false, isAsked: true },
  {
    key: "batchExecutionRole",
    flag: "--execution-role",
    question: "role with which AWS starts their containers, ARN",
    isRequired: false,
    isAsked: true,
  },
  { key: "image", flag: "--image", question: "container image of steps", isRequired: false, isAsked: true },
  // Of those who deploy to Step Functions; what leads there names what is missing.
  {
    key: "stepFunctionsRole",
    flag: "--state-machine-role",
    question: "role of state machines, ARN",
    isRequired: false,
    isAsked: false,
  },
  {
    key: "stepFunctionsEventRole",
    flag: "--event-role",
    question: "role with which EventBridge starts them, ARN",
    isRequired: false,
    isAsked: false,
  },
  // The roles of a stack allow no other names.
  {
    key: "stepFunctionsPrefix",
    flag: "--stack",
    question: "what the names of deployments on Step Functions begin with",
    isRequired: false,
    isAsked: false,
  },
] as const;

export type AwsSetting = (typeof AWS_SETTINGS)[number];

const ROLE = /^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/;
const QUEUE_ARN = /^arn:aws[a-z-]*:batch:([a-z0-9-]+):\d{12}:job-queue\/[A-Za-z0-9_-]+$/;
const QUEUE_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

/** What is wrong with a value, as far as its form tells: what was seen, and what was wanted. Null if nothing is. */
export function problemOf({ key }: AwsSetting, value: string): string | null {
  const seen = `${JSON.stringify(value)}; wanted: `;
  switch (key) {
    case "datastore":
      return isBucket(value) ? null : `${seen}s3://bucket/prefix`;
    case "batchQueue":
      return QUEUE_NAME.test(value) || QUEUE_ARN.test(value) ? null : `${seen}the name or the ARN of a job queue`;
    case "batchJobRole":
    case "batchExecutionRole":
    case "stepFunctionsRole":
    case "stepFunctionsEventRole":
      return ROLE.test(value) ? null : `${seen}an ARN, as arn:aws:iam::123456789012:role/name`;
    case "stepFunctionsPrefix":
      return /^[A-Za-z0-9_-]+$/.test(value) ? null : `${seen}letters, digits, - and _`;
    case "image":
      return /^\S+$/.test(value) ? null : `${seen}an image, as team/steps:3`;
  }
}

/** @throws MillraceError that tells of all values with a wrong form */
export function checkForms(settings: AwsSettings): void {
  const findings = AWS_SETTINGS.flatMap((setting) => {
    const value = settings[setting.key];
    const problem = value === undefined ? null : problemOf(setting, value);
    return problem === null ? [] : [`${setting.flag}: ${problem}`];
  });
  if (findings.length === 0) return;
  throw new MillraceError({
    code: "MILLRACE_SETTINGS",
    headline: `Cannot configure AWS because ${findings.length === 1 ? "a value is" : `${findings.length} values are`} not usable`,
    details: findings,
    hint: "correct them, or take them from a stack: millrace configure aws --stack NAME",
  });
}

/** Where the queue of an ARN is; undefined for a name. */
export function regionOf(queue: string | undefined): string | undefined {
  return QUEUE_ARN.exec(queue ?? "")?.[1];
}

function isBucket(location: string): boolean {
  try {
    parseS3Location(location);
    return /^s3:\/\//i.test(location);
  } catch {
    return false;
  }
}
