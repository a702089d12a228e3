import type Docker from "dockerode";
import type { FlowJob, FlowJobs, JobFilter, JobOutput } from "../engine-jobs.ts";
import { JOB_LABELS } from "./container-options.ts";
import { noEngine } from "./why-not-started.ts";
import { loadDockerode } from "./load-dockerode.ts";
import { lastLines } from "./last-lines.ts";
import { GRACE_S } from "./open-docker.ts";

const MOST_LINES = 10_000;
/** What became of a container otherwise: `exited`, `dead`, `removing`. */
const OPEN: ReadonlySet<string> = new Set(["created", "running", "paused", "restarting"]);

/** Containers of flows, as commands see them. */
export class DockerJobs implements FlowJobs {
  #docker: Promise<Docker> | null = null;

  async find({ flow, user, hasEnded }: JobFilter): Promise<FlowJob[]> {
    const docker = await this.#engine();
    const filters = { label: [`${JOB_LABELS.flow}=${flow}`] };
    const found = await docker.listContainers({ all: true, filters }).catch((error: unknown) => {
      throw noEngine(error);
    });
    return found
      .map(flowJob)
      .filter((job) => (user === null || job.user === user) && (hasEnded || OPEN.has(job.state)))
      .sort((one, other) => other.createdAt - one.createdAt);
  }

  async end(jobs: readonly FlowJob[]): Promise<void> {
    const docker = await this.#engine();
    await Promise.all(jobs.map(({ id }) => stop(docker.getContainer(id))));
  }

  async log({ id, name }: JobOutput): Promise<readonly string[] | null> {
    const docker = await this.#engine();
    const lines = await lastLines(docker.getContainer(id ?? name), MOST_LINES);
    return lines.length === 0 ? null : lines;
  }

  async close(): Promise<void> {
    // Each request has a connection of its own.
  }

  #engine(): Promise<Docker> {
    return (this.#docker ??= Promise.resolve(new (loadDockerode())()));
  }
}

function flowJob({ Id, Names, Labels, State, Status, Created }: Docker.ContainerInfo): FlowJob {
  const task = Labels[JOB_LABELS.task];
  return {
    id: Id,
    name: (Names[0] ?? "").replace(/^\//, ""),
    run: Labels[JOB_LABELS.run] ?? "",
    step: Labels[JOB_LABELS.step] ?? "",
    task: task === undefined ? null : Number(task),
    user: Labels[JOB_LABELS.user] ?? "",
    state: State,
    reason: OPEN.has(State) ? null : Status,
    createdAt: Created * 1000,
    counts: null,
  };
}

async function stop(container: Docker.Container): Promise<void> {
  try {
    await container.stop({ t: GRACE_S });
  } catch (error) {
    const status = (error as { statusCode?: number }).statusCode;
    // It is gone, or has ended by itself.
    if (status !== 404 && status !== 304) throw error;
  }
}
