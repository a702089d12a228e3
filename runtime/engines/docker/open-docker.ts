import type Docker from "dockerode";
import type { JobEnd, JobGroup, JobListener, JobRef, JobService, RunName, StepJob } from "../jobs/job-service.ts";
import { pullImages } from "./pull-images.ts";
import { checkSteps } from "./check-steps.ts";
import { containerOptions, type DockerSettings, runLabels } from "./container-options.ts";
import { saidByEngine, whyNotStarted } from "./why-not-started.ts";
import { HandOver, isEmpty } from "./hand-over.ts";
import { loadDockerode } from "./load-dockerode.ts";
import { lastLines } from "./last-lines.ts";
import { watchExit } from "./watch-exit.ts";

/** From SIGTERM, with which the task is asked to end and then told, until SIGKILL. */
export const GRACE_S = 8;

interface Running {
  readonly ref: JobRef;
  container: Docker.Container | null;
  isStopped: boolean;
  readonly over: Promise<void>;
}

/** Runs each job in a container of this machine's engine. */
export function openDocker(listener: JobListener, settings: DockerSettings): JobService {
  return new DockerService(listener, settings);
}

class DockerService implements JobService {
  readonly name = "docker";
  readonly defaultLimit: number;
  readonly maxGroupSize = 1;
  readonly #listener: JobListener;
  readonly #settings: DockerSettings;
  readonly #running = new Map<string, Running>();
  /** Of containers that have ended. */
  readonly #removals = new Set<Promise<void>>();
  #docker: Promise<Docker> | null = null;

  constructor(listener: JobListener, settings: DockerSettings) {
    this.#listener = listener;
    this.#settings = settings;
    this.defaultLimit = settings.cores;
  }

  async check(steps: readonly StepJob[]): Promise<void> {
    const docker = await this.#engine();
    await checkSteps(docker, steps, this.#settings);
    await pullImages(docker, { steps, warning: (text) => this.#listener.warning(text) });
  }

  submit(group: JobGroup): void {
    const ref = { group, index: 0 };
    const running: Running = { ref, container: null, isStopped: false, over: Promise.resolve() };
    const over = this.#run(running).then((end) => {
      this.#running.delete(group.name);
      this.#listener.ended(ref, end);
    });
    this.#running.set(group.name, Object.assign(running, { over }));
  }

  stop({ group }: JobRef): void {
    const running = this.#running.get(group.name);
    if (running === undefined) return;
    running.isStopped = true;
    // Gone already, or not started yet: then it sees that it is not wanted.
    running.container?.stop({ t: GRACE_S }).catch(() => undefined);
  }

  /** Containers do not outlive the wish for them: those that a dead scheduler left are removed. */
  async recover(run: RunName): Promise<ReadonlySet<string>> {
    const docker = await this.#engine();
    const label = Object.entries(runLabels(run)).map(([name, value]) => `${name}=${value}`);
    const found = await docker.listContainers({ all: true, filters: { label } });
    await Promise.all(found.map(({ Id }) => this.#remove(docker.getContainer(Id))));
    if (found.length > 0)
      this.#listener.warning(
        `removed ${found.length} ${found.length === 1 ? "container" : "containers"} that ${run.flow}/${run.run} left`,
      );
    return new Set();
  }

  async close(): Promise<void> {
    const running = [...this.#running.values()];
    for (const one of running) one.isStopped = true;
    await Promise.all(
      running.map(async ({ container }) => {
        await container?.kill().catch(() => undefined);
      }),
    );
    await Promise.all(running.map(({ over }) => over));
    await Promise.all(this.#removals);
  }

  #engine(): Promise<Docker> {
    return (this.#docker ??= Promise.resolve(new (loadDockerode())()));
  }

  async #run(running: Running): Promise<JobEnd> {
    const { ref } = running;
    const { group } = ref;
    let container: Docker.Container | null = null;
    let handOver: HandOver | null = null;
    const gpus = this.#settings.gpus?.take(group.needs.gpu) ?? [];
    try {
      const docker = await this.#engine();
      const { credentials, secrets } = this.#settings;
      const own = secrets.ofSteps.get(group.needs.step) ?? null;
      const handed = { variables: credentials, secrets: own, masks: secrets.masks };
      const hasStdin = !isEmpty(handed);
      container = await docker.createContainer(containerOptions(group, this.#settings, { hasStdin, gpus }));
      if (hasStdin) handOver = await HandOver.to(container, handed);
      if (running.isStopped) return NOT_WANTED;
      // Before it starts: else an end that comes at once could be missed.
      const exit = await watchExit(docker, container.id);
      await container.start();
      handOver?.send();
      running.container = container;
      if (running.isStopped) await container.kill().catch(() => undefined);
      this.#listener.submitted(group, container.id);
      this.#listener.running(ref);
      return await this.#endOf(container, { exitCode: await exit.code, isStopped: running.isStopped });
    } catch (error) {
      return running.container === null ? whyNotStarted(error, group.needs) : lost(error);
    } finally {
      handOver?.close();
      this.#settings.gpus?.giveBack(gpus);
      // The next step need not wait for it.
      if (container !== null) void this.#remove(container);
    }
  }

  /** A container that stays is a nuisance, and no reason for a task to fail. */
  #remove(container: Docker.Container): Promise<void> {
    const removal = remove(container)
      .catch((error: unknown) => {
        this.#listener.warning(`cannot remove the container ${container.id}: ${saidByEngine(error)}`);
      })
      .finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
    return removal;
  }

  async #endOf(container: Docker.Container, how: { exitCode: number; isStopped: boolean }): Promise<JobEnd> {
    const { exitCode, isStopped } = how;
    // The task's outcome says all.
    if (exitCode <= 1 && !isStopped) return { kind: "exited", exitCode, reason: null, details: [] };
    const { State } = await container.inspect();
    // What the task wrote lies in the store; these are the words of a container that never came to that.
    const details = WITHOUT_WORDS.has(exitCode) ? [] : await lastLines(container);
    const kind = isStopped ? "stopped" : State.OOMKilled ? "out-of-memory" : "exited";
    return { kind, exitCode, reason: State.Error === "" ? null : State.Error, details };
  }
}

/** Exit codes of a container that tells itself how its task went, and of one that was killed. */
const WITHOUT_WORDS: ReadonlySet<number> = new Set([0, 1, 137, 143]);

/** The engine no longer tells of a container that ran. */
function lost(error: unknown): JobEnd {
  const details = ["the engine no longer answers, so the container may still be running"];
  return { kind: "exited", exitCode: null, reason: saidByEngine(error), details };
}

const NOT_WANTED: JobEnd = { kind: "stopped", exitCode: null, reason: null, details: [] };

/** Whatever happened to it. */
async function remove(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    const status = (error as { statusCode?: number }).statusCode;
    // Gone, or somebody else removes it now.
    if (status !== 404 && status !== 409) throw error;
  }
}
