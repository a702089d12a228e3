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
  /** Of the job that is the scheduler of a detached run: that run, as FLOW/RUN. */
  drive: "MILLRACE_DRIVE",
  /** Which job of its group this is, where the launcher can say so. */
  index: "MILLRACE_JOB_INDEX",
  /** Names of the service's own variables that say it, with commas between. */
  indexNames: "MILLRACE_JOB_INDEX_NAMES",
} as const;

/** Which job of its group this is; without a word of it, the only one. */
export function jobIndex(env: Readonly<NodeJS.ProcessEnv>): number {
  const names = (env[JOB_VARIABLES.indexNames] ?? "").split(",");
  for (const name of [JOB_VARIABLES.index, ...names]) {
    const digits = /^(?:.*:)?(\d+)$/.exec(env[name] ?? "")?.[1];
    if (digits !== undefined) return Number(digits);
  }
  return 0;
}
