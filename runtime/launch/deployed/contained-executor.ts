import path from "node:path";
import { readRelease } from "../../datastore/kinds/release.ts";
import type { ReleaseDocument } from "../../datastore/release-document.ts";
import { documentHash } from "../../datastore/run-record.ts";
import { checkedEnd } from "../../engines/checked-end.ts";
import { NOTHING } from "../../engines/container/handed-over.ts";
import { openSupervisor, type SupervisorOptions } from "../../engines/container/task-supervisor.ts";
import { makePlaces, unpackProject } from "../../engines/container/unpack-project.ts";
import type { GroupDocument } from "../../engines/jobs/group-document.ts";
import { nodeOf } from "../../graph/flow-graph.ts";
import { readCodePackage } from "../../package/read-code-package.ts";
import type { FarSource } from "../../secrets/run-secrets.ts";
import type { StopReason } from "../../task/stop-reason.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";
import { stepJobs, stepSetup } from "../engines/step-jobs.ts";
import { sourcesOf } from "../release/sources-of.ts";
import { storedFlow } from "../release/stored-flow.ts";
import type { ExecutorOptions, TaskExecution, TaskExecutor } from "./task-executor.ts";

/** Executes tasks in a container that was made for one: with what the deployment brought, and Millrace's copy from the datastore. */
export class ContainedExecutor implements TaskExecutor {
  readonly #options: ExecutorOptions;
  /** An own folder, which holds Millrace itself. */
  readonly #home: string;
  #placed: Promise<string> | null = null;

  constructor(options: ExecutorOptions, home: string) {
    this.#options = options;
    this.#home = home;
  }

  /** Apart from where the task's own process will find it. */
  place(release: ReleaseDocument): Promise<string> {
    return (this.#placed ??= this.#unpacked(release));
  }

  async flow({ release }: { readonly release: ReleaseDocument }) {
    const root = await this.place(release);
    const flowFile = path.join(root, release.flowFile);
    const bundle = () => ({ code: readCodePackage(this.#options.store.blobs, release.code), root });
    return storedFlow({ flow: release.flow, flowFile, bundle })();
  }

  async execute(of: TaskExecution): Promise<TaskOutcome> {
    const { document, spec } = of;
    const { task, step, attempt } = spec;
    const outcome = await this.#supervised(of);
    const { graph, run } = document;
    return checkedEnd({ type: "ended", task, step, attempt, outcome }, { graph, run, originRun: null }).outcome;
  }

  async #supervised(of: TaskExecution): Promise<TaskOutcome> {
    const { spec, signal } = of;
    let settle: Pick<SupervisorOptions["on"], "trouble"> & { done(outcome: TaskOutcome): void };
    const over = new Promise<TaskOutcome>((done, trouble) => (settle = { done, trouble }));
    const supervisor = await openSupervisor({
      ...{ store: this.#options.store, document: await this.#group(of), first: spec, handed: NOTHING },
      isolation: "process",
      on: { ended: (_, outcome) => settle.done(outcome), trouble: (error) => settle.trouble(error) },
    });
    const stop = () => supervisor.stop(spec.task, signal.reason as StopReason);
    signal.addEventListener("abort", stop, { once: true });
    supervisor.start(spec);
    if (signal.aborted) stop();
    try {
      return await over;
    } finally {
      signal.removeEventListener("abort", stop);
      await supervisor.close();
    }
  }

  /** What a scheduler would have written for a job of one task. */
  async #group({ document, version, spec, engine }: TaskExecution): Promise<GroupDocument> {
    const { flow, run, graph, username: user } = document;
    const { step, attempt, task } = spec;
    const jobs = stepJobs(graph, step, this.#options.settings);
    const { cpu, gpu, memoryMb, sharedMemoryMb, diskMb, image, options } = jobs[attempt] ?? jobs.at(-1) ?? jobs[0];
    const { timeoutMs = null } = nodeOf(graph, step).settings;
    const { maxSplits } = version.options;
    const needs = { step, cpu, gpu, memoryMb, sharedMemoryMb, diskMb, image, options, timeoutMs };
    const { place } = readRelease(this.#options.store.blobs, version.release);
    return {
      format: 1,
      engine,
      group: { name: step, run: { flow, run }, user, needs, command: [], env: {} },
      setup: {
        ...{ flow, run, documentHash: documentHash(document), engine, maxSplits, resultsBy: task },
        // Errors name files as they lie where the flow was deployed from, whatever container they come from.
        sourceRoot: place.root,
        ...stepSetup(graph, { step, attempt }),
        secretSources: await this.#secrets(version.release, step),
      },
    };
  }

  /** All of them are read here: what only the machine of whoever deployed could read was refused. */
  async #secrets(hash: string, step: string): Promise<readonly FarSource[]> {
    const document = readRelease(this.#options.store.blobs, hash);
    if (document.secrets[step] === undefined) return [];
    const flow = () => this.flow({ release: document });
    const sources = await sourcesOf({ document, flow }, this.#options.store);
    return (sources.get(step) ?? []).map((source) => ({ source, overruled: [] }));
  }

  async #unpacked(release: ReleaseDocument): Promise<string> {
    const home = path.join(this.#home, ".code");
    await unpackProject(this.#options.store, { document: release, step: "", environment: null, home });
    return makePlaces(release, home).root;
  }
}
