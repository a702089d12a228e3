import { INDEX_VARIABLES } from "../jobs/job-service.ts";

/** Variables by which a job learns what it is to do; the step does not see them. */
export const JOB_VARIABLES = {
  datastore: "MILLRACE_DATASTORE",
  /** See `bootstrap.ts`. */
  runtime: "MILLRACE_RUNTIME",
  /** Key of the group's document. */
  group: "MILLRACE_GROUP",
  /** Hash of that document: see `groupHash`. */
  groupHash: "MILLRACE_GROUP_HASH",
  /** There where something is handed over on stdin: see `readHandedOver`. */
  handedOver: "MILLRACE_HANDED_OVER",
} as const;

/** Which job of its group this is. */
export function jobIndex(env: Readonly<NodeJS.ProcessEnv>): number {
  for (const name of INDEX_VARIABLES) {
    const digits = /^(?:.*:)?(\d+)$/.exec(env[name] ?? "")?.[1];
    if (digits !== undefined) return Number(digits);
  }
  return 0;
}
