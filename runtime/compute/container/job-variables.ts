import { INDEX_VARIABLES } from "../remote/job-service.ts";

/** Variables by which a job learns what it is to do; the step does not see them. */
export const JOB_VARIABLES = {
  datastore: "MILLRACE_DATASTORE",
  /** See `bootstrap.ts`. */
  runtime: "MILLRACE_RUNTIME",
  /** Key of the group's document. */
  group: "MILLRACE_GROUP",
  /** Hash of that document: see `groupHash`. */
  groupHash: "MILLRACE_GROUP_HASH",
  /** Path of the file with what was handed over, where there is one: see `readHandedOver`. */
  secrets: "MILLRACE_SECRETS",
} as const;

/** Which job of its group this is. */
export function jobIndex(env: Readonly<NodeJS.ProcessEnv>): number {
  for (const name of INDEX_VARIABLES) {
    const digits = /^(?:.*:)?(\d+)$/.exec(env[name] ?? "")?.[1];
    if (digits !== undefined) return Number(digits);
  }
  return 0;
}
