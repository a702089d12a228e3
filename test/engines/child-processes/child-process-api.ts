import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { JobGroup, LostGroup } from "../../../runtime/engines/jobs/job-service.ts";
import type { GroupWatch } from "../../../runtime/engines/jobs/polling/group-watch.ts";
import type { JobApi, LookOptions, JobStop } from "../../../runtime/engines/jobs/polling/job-api.ts";
import { ChildProcessJob } from "./child-process-job.ts";

export class ChildProcessApi implements JobApi {
  readonly title = "the system";
  readonly limits = { defaultLimit: 4, maxGroupSize: 10, submissions: { perSecond: 100, burst: 10 } };
  /** Jobs of each group, by the group's id, which is its name. */
  readonly #jobs = new Map<string, readonly ChildProcessJob[]>();

  async check(): Promise<void> {
    // Whatever it is: a process can try.
  }

  async prepare(): Promise<void> {
    // Nothing has to be there before.
  }

  submit(group: JobGroup): Promise<string> {
    this.#jobs.set(
      group.name,
      group.tasks.map((_, index) => new ChildProcessJob(group, index)),
    );
    return Promise.resolve(group.name);
  }

  look(watches: readonly GroupWatch[], { onRequest }: LookOptions): Promise<ReadonlySet<GroupWatch>> {
    onRequest();
    const known = watches.filter(({ id }) => this.#jobs.has(id ?? ""));
    for (const watch of known) {
      for (const [index, { end }] of (this.#jobs.get(watch.id ?? "") ?? []).entries()) {
        watch.see(index, { kind: "running", name: "RUNNING", reason: null });
        if (end !== null) watch.see(index, { kind: "ended", end });
      }
    }
    return Promise.resolve(new Set(known));
  }

  find(groups: readonly LostGroup[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const there = groups.map(({ group: { name } }) => [name, this.#jobs.has(name) ? [name] : []] as const);
    return Promise.resolve(new Map(there));
  }

  stop(requests: readonly JobStop[]): Promise<void> {
    for (const { watch, indexes } of requests) for (const index of indexes) this.#job(watch.id, index)?.stop();
    return Promise.resolve();
  }

  async stopOthers(): Promise<void> {
    // Jobs end with the process that started them.
  }

  async stopTwins(): Promise<void> {
    // Each submission is answered.
  }

  tail({ id, index }: { id: string; index: number }): Promise<readonly string[]> {
    return Promise.resolve(this.#job(id, index)?.lastLines() ?? []);
  }

  failureOf(): null {
    return null;
  }

  explained(error: unknown, task: string): MillraceError {
    return new MillraceError({ code: "MILLRACE_TEST", headline: `Cannot ${task}: ${String(error)}`, cause: error });
  }

  hurry(): void {
    // Nothing is tried again anyway.
  }

  async close(): Promise<void> {
    await Promise.all([...this.#jobs.values()].flat().map((job) => job.close()));
  }

  #job(id: string | null, index: number): ChildProcessJob | undefined {
    return this.#jobs.get(id ?? "")?.[index];
  }
}
