import { isMillraceError, MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../../sdk/base/nearest.ts";
import type { FlowJob, FlowJobs, JobFilter, JobsRequest } from "../../../engines/engine-jobs.ts";
import type { Engine } from "../../../engines/engine.ts";
import { ENGINES, engineNamed } from "../../../engines/index.ts";
import type { Settings } from "../../../settings/read-settings.ts";
import type { Output } from "../../output.ts";

/** A job, and the engine that runs it. */
export interface EngineJob {
  readonly engine: Engine;
  readonly job: FlowJob;
}

export interface FoundJobs {
  /** The newest first. */
  readonly jobs: readonly EngineJob[];
  /** The engines that answered. */
  readonly asked: readonly Engine[];
}

export interface AskedEnginesOptions {
  /** Null for all of them. */
  readonly name: string | null;
  /** Where to look for jobs, by the option of the engine that says so. */
  readonly places: ReadonlyMap<string, string>;
  readonly settings: Settings;
}

/** The engines that a command is about; each is opened for as long as it is asked. */
export class AskedEngines {
  readonly all: readonly Engine[];
  readonly #options: AskedEnginesOptions;

  /** @throws MillraceError `MILLRACE_USAGE` where there is no engine of that name */
  constructor(options: AskedEnginesOptions) {
    this.#options = options;
    this.all = options.name === null ? ENGINES : [engineOf(options.name)];
  }

  /**
   * Where no engine was named, one that cannot be asked is left out, and said to be.
   * @param of - `isWhole`: what an engine that is set up here does not answer is an error, as its jobs would go on unseen
   * @throws MillraceError of the first engine where none could be asked
   */
  async find(filter: JobFilter, { output, isWhole }: { output: Output; isWhole: boolean }): Promise<FoundJobs> {
    const jobs: EngineJob[] = [];
    const asked: Engine[] = [];
    let failure: MillraceError | null = null;
    for (const engine of this.all) {
      try {
        for (const job of await this.ask(engine, (all) => all.find(filter))) jobs.push({ engine, job });
        asked.push(engine);
      } catch (error) {
        if (this.all.length === 1 || !isMillraceError(error)) throw error;
        if (isWhole && engine.jobs.isSetUp(this.#requestTo(engine))) throw error;
        failure ??= error;
        output.note(output.colors.dim(`${engine.name} is left out: ${error.headline}`));
      }
    }
    if (failure !== null && asked.length === 0) throw failure;
    return { asked, jobs: jobs.sort((one, other) => other.job.createdAt - one.job.createdAt) };
  }

  async end(jobs: readonly EngineJob[], reason: string): Promise<void> {
    for (const engine of this.all) {
      const own = jobs.filter((one) => one.engine === engine).map(({ job }) => job);
      if (own.length > 0) await this.ask(engine, (all) => all.end(own, reason));
    }
  }

  async ask<T>(engine: Engine, work: (jobs: FlowJobs) => Promise<T>): Promise<T> {
    const opened = await engine.jobs.open(this.#requestTo(engine));
    try {
      return await work(opened);
    } finally {
      await opened.close();
    }
  }

  #requestTo({ jobs: { place } }: Engine): JobsRequest {
    const { places, settings } = this.#options;
    return { place: place === null ? undefined : places.get(place.option), settings };
  }
}

function engineOf(name: string): Engine {
  const engine = engineNamed(name);
  if (engine !== null) return engine;
  const names = ENGINES.map((one) => one.name);
  const meant = nearest(name, names);
  throw new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot look for jobs of the engine ${name} because there is no such engine`,
    details: [`engines: ${names.join(", ")}`],
    ...(meant === null ? {} : { hint: `did you mean ${meant}?` }),
  });
}
