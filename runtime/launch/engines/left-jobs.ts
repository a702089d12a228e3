import { readLostJobs } from "../../engines/jobs/lost-jobs.ts";
import type { Storage } from "../../datastore/storage.ts";
import type { OriginRun } from "../plan/read-origin.ts";
import { REMOTE_ENGINES, type RemoteEngine } from "./chosen-engines.ts";

/**
 * What to tell of jobs that the resumed run left on an engine which this run does not use: nobody takes them over or
 * ends them.
 */
export function leftJobs(
  storage: Storage,
  { origin, used, programName }: { origin: OriginRun; used: ReadonlySet<RemoteEngine>; programName: string },
): string[] {
  const { flow, run } = origin.document;
  return REMOTE_ENGINES.filter((engine) => !used.has(engine)).flatMap((engine) => {
    const { groups } = readLostJobs(storage, { flow, run, engine, open: origin.open ?? new Map() });
    if (groups.length === 0) return [];
    const place = engine === "batch" ? "on AWS Batch" : "in containers";
    return `${flow}/${run} had tasks under way ${place}, which may still run: interrupt this and resume --with ${engine} --origin-run-id ${run}, or end them: ${ending(engine, { run, programName })}`;
  });
}

function ending(engine: RemoteEngine, { run, programName }: { run: string; programName: string }): string {
  if (engine === "batch") return `${programName} batch kill --run ${run}`;
  return `docker rm --force $(docker ps --quiet --filter label=millrace.run=${run})`;
}
