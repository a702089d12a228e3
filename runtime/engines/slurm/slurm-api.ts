import { brokenInvariant, type MillraceError } from "../../../sdk/base/millrace-error.ts";
import { Retries } from "../../retries.ts";
import type { RunSecrets } from "../../secrets/run-secrets.ts";
import { type HandedOver, handedOverLine } from "../container/handed-over.ts";
import type { RuntimeArchive } from "../engine.ts";
import type { JobGroup, LostGroup, RunName, StepJob } from "../jobs/job-service.ts";
import type { GroupWatch } from "../jobs/polling/group-watch.ts";
import type { ApiFailure, JobApi, JobStop, KeptGroup, LookOptions } from "../jobs/polling/job-api.ts";
import { batchScript } from "./batch-script.ts";
import { checkSteps } from "./check-steps.ts";
import { failureOf } from "./command-failure.ts";
import { hasEnded } from "./job-end.ts";
import { parseQueue, queueArguments, type QueueRow } from "./queue-row.ts";
import type { Cluster } from "./read-cluster.ts";
import { runKey } from "./run-key.ts";
import { groupArguments } from "./step-arguments.ts";
import { SeenJobs } from "./seen-jobs.ts";
import type { Shell } from "./shell.ts";
import { elsewhere, slurmError } from "./slurm-error.ts";
import type { SlurmSettings } from "./slurm-settings.ts";
import type { WorkFolder } from "./work-folder.ts";

const DEFAULT_LIMIT = 1000;
const MAX_TRIES = 24;
const MAX_TRIES_OF_STOP = 6;
const MAX_DELAY_MS = 20_000;
/** Of one call of `scancel`. */
const MAX_IDS = 500;
const TAIL_LINES = 20;
/** It tries again by itself for two minutes: to end it earlier would leave open whether it took the job. */
const SUBMIT_MS = 150_000;
const ROWS_PER_REQUEST = 100;

export interface SlurmPlace {
  readonly shell: Shell;
  readonly cluster: Cluster;
  readonly settings: SlurmSettings;
  readonly work: WorkFolder;
  /** Of the datastore; null for a bucket. */
  readonly folder: string | null;
  readonly runtime: RuntimeArchive & { read(): Uint8Array };
  readonly secrets: RunSecrets;
  /** The launcher's, for a bucket. */
  readonly credentials: Readonly<Record<string, string>>;
  /** This program's Node. */
  readonly ownNode: string;
}

/** Slurm, as the polling kit asks it. */
export class SlurmApi implements JobApi {
  readonly title = "Slurm";
  readonly limits;
  readonly #place: SlurmPlace;
  readonly #abort = new AbortController();
  readonly #retries = retries(this.#abort.signal);
  readonly #seen: SeenJobs;
  /** Runs of which a folder was made. */
  readonly #runs = new Map<string, RunName>();
  #warning: (text: string) => void = () => undefined;
  #hasToldFull = false;
  /** Where jobs find Millrace itself, if not in the datastore. */
  #runtime: Promise<string> | null = null;

  constructor(place: SlurmPlace) {
    this.#place = place;
    const most = Math.min(place.settings.maxJobs ?? DEFAULT_LIMIT, place.cluster.maxArraySize);
    this.limits = {
      defaultLimit: place.settings.maxJobs ?? DEFAULT_LIMIT,
      maxGroupSize: most,
      submissions: { perSecond: 20, burst: 10 },
      // Many users ask one controller.
      looks: { minMs: 250, maxMs: 30_000 },
    };
    this.#seen = new SeenJobs(place);
  }

  async check(steps: readonly StepJob[], warning: (text: string) => void): Promise<void> {
    this.#warning = warning;
    await checkSteps(steps, { ...this.#place, warning });
  }

  async prepare(group: JobGroup): Promise<void> {
    const { work } = this.#place;
    await this.#patiently(() => work.prepare(group.run));
    this.#runs.set(runKey(group.run), group.run);
    const handed = this.#handedTo(group);
    if (handed !== null) await this.#patiently(() => work.handOver(group, handedOverLine(handed)));
    if (this.#place.folder === null) await this.#patiently(() => this.#runtimePlace());
  }

  async submit(group: JobGroup): Promise<string> {
    const { shell, settings, work, folder, ownNode, cluster } = this.#place;
    const script = batchScript(group, {
      node: settings.node,
      otherNode: shell.host === null ? ownNode : null,
      folders: [folder, work.place].filter((place) => place !== null),
      handedOver: this.#handedTo(group) === null ? null : work.handedOver(group),
      variables: folder === null ? { MILLRACE_RUNTIME: await this.#runtimePlace() } : {},
    });
    const args = groupArguments(group, { ...settings, output: work.output(group, null) });
    try {
      const said = await shell.slurm("sbatch", args, { stdin: script, limitMs: SUBMIT_MS });
      const [, id, other] = /^(\d+)(?:;(.*))?$/m.exec(said) ?? [];
      if (id === undefined) throw brokenInvariant(`sbatch took a job and gave it no id: ${said.slice(0, 200)}`);
      if (other !== undefined && cluster.clusters === "") {
        // Nobody would find it there again.
        await shell.slurm("scancel", ["--quiet", `--clusters=${other}`, id]).catch(() => undefined);
        throw elsewhere(group.needs.step, other);
      }
      return id;
    } catch (error) {
      if (failureOf(error)?.kind === "full") this.#tellFull(failureOf(error)?.text ?? "");
      throw error;
    }
  }

  async look(watches: readonly GroupWatch[], { onRequest, isOver }: LookOptions): Promise<ReadonlySet<GroupWatch>> {
    onRequest();
    for (const { group } of watches) this.#runs.set(runKey(group.run), group.run);
    const rows = await this.#queue(watches.map(({ group }) => group.run));
    // A long answer is as much work for the controller as several short ones.
    for (let more = ROWS_PER_REQUEST; more < rows.length; more += ROWS_PER_REQUEST) onRequest();
    if (isOver()) return new Set(watches);
    await this.#place.work.refresh(watches.map(({ group }) => group.run)).catch(() => undefined);
    const unwanted = await this.#seen.see(watches, rows);
    if (unwanted.length > 0) await this.#cancel(unwanted).catch(() => undefined);
    // What is missing is judged there, job by job.
    return new Set(watches);
  }

  async find(groups: readonly LostGroup[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const rows = await this.#patiently(() => this.#queue(groups.map(({ group }) => group.run)));
    const sorted = rows.toSorted((one, other) => order(one) - order(other));
    return new Map(
      groups.map(({ group: { name }, id }) => {
        const ids = [...new Set(sorted.flatMap((row) => (row.comment?.group === name ? [row.id] : [])))];
        return [name, id !== null && ids.includes(id) ? [id] : ids];
      }),
    );
  }

  async stop(requests: readonly JobStop[]): Promise<void> {
    const ids = requests.flatMap(({ watch, indexes }) => {
      const { id, isArray, open } = watch;
      if (id === null) return [];
      if (!isArray || indexes.length === open.size) return [id];
      return indexes.map((index) => `${id}_${index}`);
    });
    const names = [...new Set(requests.map(({ watch }) => runKey(watch.group.run)))];
    // An id may have gone to somebody else's job: only one that has our name as well is ended.
    for (const name of names) await this.#cancel(ids, [`--name=${name}`]);
  }

  async stopOthers(run: RunName, kept: readonly KeptGroup[]): Promise<void> {
    const ids = new Set(kept.map(({ id }) => id));
    const rows = await this.#patiently(() => this.#queue([run]));
    const others = new Set(rows.flatMap((row) => (hasEnded(row) || ids.has(row.id) ? [] : [row.id])));
    await this.#cancel([...others], [`--name=${runKey(run)}`]);
    const names = new Set(kept.flatMap(({ group, id }) => (id === null ? [] : [group.name])));
    // Of what goes on, the first look knows more.
    if (names.size === 0) this.#runs.set(runKey(run), run);
    await this.#place.work.takeBack(run, names).catch(() => undefined);
  }

  async stopTwins(ids: readonly string[]): Promise<void> {
    await this.#cancel(ids);
  }

  tail({ group, index }: { group: JobGroup; index: number }): Promise<readonly string[]> {
    const { work } = this.#place;
    return work.tail(work.output(group, index), TAIL_LINES);
  }

  failureOf(error: unknown): ApiFailure | null {
    return failureOf(error);
  }

  explained(error: unknown, task: string): MillraceError {
    return slurmError(error, task);
  }

  hurry(): void {
    this.#abort.abort();
  }

  /** What jobs wrote beside the datastore is of use where one of them died. */
  async close(): Promise<void> {
    const { work } = this.#place;
    for (const run of this.#runs.values()) {
      const open = this.#seen.openOf(run);
      const tidy = this.#seen.isWell(run) && open.size === 0 ? work.remove(run) : work.takeBack(run, open);
      await tidy.catch(() => undefined);
    }
  }

  async #queue(runs: readonly RunName[]): Promise<QueueRow[]> {
    const names = [...new Set(runs.map(runKey))];
    if (names.length === 0) return [];
    return parseQueue(await this.#place.shell.slurm("squeue", queueArguments([`--name=${names.join(",")}`])));
  }

  async #cancel(ids: readonly string[], options: readonly string[] = []): Promise<void> {
    const { shell } = this.#place;
    const own = retries();
    for (let at = 0; at < ids.length; at += MAX_IDS) {
      const some = ids.slice(at, at + MAX_IDS);
      await own.run(() => shell.slurm("scancel", ["--quiet", ...options, ...some]), MAX_TRIES_OF_STOP);
    }
  }

  #handedTo({ needs }: JobGroup): HandedOver | null {
    const { secrets, credentials, folder } = this.#place;
    const variables = folder === null ? credentials : {};
    const own = secrets.ofSteps.get(needs.step) ?? null;
    const { masks } = secrets;
    return own === null && Object.keys(variables).length === 0 && masks.length === 0
      ? null
      : { variables, secrets: own, masks };
  }

  #runtimePlace(): Promise<string> {
    const { work, runtime } = this.#place;
    this.#runtime ??= work.write(`runtime-${runtime.hash.slice(0, 16)}.gz`, runtime.read());
    this.#runtime.catch(() => (this.#runtime = null));
    return this.#runtime;
  }

  /** Through a controller that starts again, and a network that is away for a while. */
  #patiently<T>(action: () => Promise<T>): Promise<T> {
    return this.#retries.run(action);
  }

  #tellFull(text: string): void {
    if (this.#hasToldFull) return;
    this.#hasToldFull = true;
    this.#warning(
      `Slurm takes no more jobs of yours until some have ended, so others wait here: ${text}; slurmMaxJobs makes arrays smaller`,
    );
  }
}

function retries(signal?: AbortSignal): Retries {
  return new Retries({
    maxDelayMs: MAX_DELAY_MS,
    maxTries: () => MAX_TRIES,
    // The cluster has answered when it was opened.
    isAnswer: () => true,
    firstDelayMs: (error) => {
      const kind = failureOf(error)?.kind;
      return kind === "unclear" || kind === "throttled" ? 500 : null;
    },
    ...(signal === undefined ? {} : { signal }),
  });
}

/** By age: ids are given anew in turn, and may begin again. */
function order({ submittedAt, id }: QueueRow): number {
  return (Date.parse(submittedAt) || 0) + Number(id) / 1e9;
}
