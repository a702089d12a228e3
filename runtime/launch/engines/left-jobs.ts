import type { Engine } from "../../engines/engine.ts";
import { ENGINES } from "../../engines/index.ts";
import { readLostJobs } from "../../engines/jobs/lost-jobs.ts";
import type { Storage } from "../../datastore/storage.ts";
import type { OriginRun } from "../plan/read-origin.ts";

/**
 * What to tell of jobs that the resumed run left on an engine which this run does not use: nobody takes them over or
 * ends them.
 */
export function leftJobs(
  storage: Storage,
  { origin, used, programName }: { origin: OriginRun; used: ReadonlySet<Engine>; programName: string },
  engines = ENGINES,
): string[] {
  const { flow, run } = origin.document;
  return engines
    .filter((engine) => !used.has(engine))
    .flatMap(({ name, where, endingOf }) => {
      const { groups } = readLostJobs(storage, { flow, run, engine: name, open: origin.open ?? new Map() });
      if (groups.length === 0) return [];
      return `${flow}/${run} had tasks under way ${where}, which may still run: interrupt this and resume --with ${name} --origin-run-id ${run}, or end them: ${endingOf({ run, programName })}`;
    });
}
