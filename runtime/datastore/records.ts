import type { RunTrigger } from "./kinds/run-trigger.ts";
import type { LastValues } from "./last-values.ts";
import type { RunShipment } from "./shipment.ts";
import type { FeatureUse } from "../../sdk/base/feature-use.ts";
import type { GpuUse } from "../../sdk/base/host.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import { isKeyPart } from "./check-key.ts";

/** Format of every record below; raised when a reader of today could misread tomorrow's. */
export const RECORD_FORMAT = 1;

/** Format of a result's line that has a base; a reader that knows none would take the rest for the whole table. */
export const BASED_FORMAT = 2;

/** An encoded value: where it is, and enough to list it without loading it. */
export interface ArtifactRef {
  /** SHA-256 of the encoded bytes, hex; also the blob's name. */
  readonly hash: string;
  /** Encoded size in bytes. */
  readonly size: number;
  /** For people: `number`, `Float32Array(1000)`, … */
  readonly type: string;
  /** The encoded bytes in base64 where they are few: then there is no blob. */
  readonly data?: string;
  /** Blob that lists the files in the value, which are blobs themselves. */
  readonly files?: string;
}

/** One item of a foreach. */
export interface ItemRef extends ArtifactRef {
  /** What is shown beside its task, a short line; missing from what the first versions wrote. */
  readonly label?: string;
}

export type ArtifactTable = Readonly<Record<string, ArtifactRef>>;

/** The artifact of that name; a name can be `constructor`, which every object answers to. */
export function refIn(table: ArtifactTable, name: string): ArtifactRef | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** `run.json`, written once when the run starts. */
export interface RunDocument {
  readonly format: typeof RECORD_FORMAT;
  readonly flow: string;
  readonly run: string;
  /** Milliseconds since 1970, as every time in the records. */
  readonly createdAt: number;
  readonly username: string;
  readonly host: string;
  readonly tags: readonly string[];
  /** Missing from what the first versions wrote. */
  readonly project?: ProjectPlace | null;
  readonly originRun: string | null;
  /** Parameters and included files: read-only artifacts of every task. */
  readonly parameters: ArtifactTable;
  readonly configs: ArtifactTable;
  readonly graph: FlowGraph;
  /** Blob of the code package. */
  readonly code: string;
  /** The flow file, relative to the package's root. */
  readonly flowFile: string;
  /** Hash of all that a step can reach, for steps with `@cache`. */
  readonly reach?: Readonly<Record<string, string>>;
  /** Hash of each step's own source, to report what changed between a run and its resume. */
  readonly stepCode: Readonly<Record<string, string>>;
  readonly versions: { readonly millrace: string; readonly node: string };
  /** Exact versions that each `@env` step got, by step. */
  readonly environments: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What containers get beside the code; missing where every step ran on the launcher's machine. */
  readonly shipment?: RunShipment;
  /** Blob of the release that the run was begun from; missing from what the first versions wrote. */
  readonly release?: string;
  /** True where another scheduler may go on with the run under its id: then its journal can have several parts. */
  readonly mayContinue?: true;
  /** What a run was started by that no person started by hand. */
  readonly deployment?: RunDeployment;
  /** Why its deployment started it; also in a run that resumes such a one. */
  readonly trigger?: RunTrigger;
  /** Why it cannot run: its values could not be settled. It never has a task. */
  readonly refusal?: string;
}

/** The version of a deployment that a run belongs to. */
export interface RunDeployment {
  /** Of the deployment. */
  readonly name: string;
  /** From 1. */
  readonly version: number;
  /** What executes it: `local`, `argo`, … */
  readonly target: string;
}

/** Where a run of a `@project` flow belongs. */
export interface ProjectPlace {
  readonly name: string;
  /** `prod`, `prod.<name>`, `test.<name>` or `user.<name>` */
  readonly branch: string;
  readonly isProduction: boolean;
}

/**
 * The transition that a task really took. `target` and `targets` are names of steps, `case` is the key that a switch
 * chose, `size` is the number of tasks, `items` are what the tasks of a foreach receive.
 */
export type TakenTransition =
  | { readonly kind: "end" }
  | { readonly kind: "linear"; readonly target: string }
  | { readonly kind: "switch"; readonly target: string; readonly case: string }
  | { readonly kind: "branch"; readonly targets: readonly string[] }
  | { readonly kind: "gang"; readonly target: string; readonly size: number }
  | { readonly kind: "foreach"; readonly target: string; readonly size: number; readonly items: ItemList };

/** The items of a foreach, encoded one by one so that a task loads its own alone. */
export interface ItemList {
  /** Number of references in each blob; the last may have fewer. */
  readonly itemsPerBlob: number;
  /** Each blob is a JSON array of `ItemRef`. */
  readonly blobs: readonly string[];
}

/** An error that crossed a process border. */
export interface ErrorRecord {
  /** The error's name: `TypeError`. */
  readonly name: string;
  /** The error's message. */
  readonly message: string;
  /** The error's code, if it has one. */
  readonly code?: string;
  /** The stack, with places in the user's source. */
  readonly stack?: string;
  /** The chain of causes, each as `Name: message`. */
  readonly causes?: readonly string[];
  /** Place in the user's source, if one could be found. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
  /** The lines around that place, as they were when the run was packaged. */
  readonly frame?: string;
}

/**
 * What one line of `results/<segment>.jsonl` says, read with its base: once the line is whole, the attempt is committed.
 */
export interface AttemptResult {
  readonly format: typeof RECORD_FORMAT | typeof BASED_FORMAT;
  readonly flow: string;
  readonly run: string;
  readonly step: string;
  readonly task: number;
  readonly attempt: number;
  readonly status: "succeeded" | "failed" | "caught";
  readonly startedAt: number;
  readonly finishedAt: number;
  /** Complete table of what the task leaves to its successors, parameters not included. */
  readonly artifacts: ArtifactTable;
  /** What the table has in common with those before it; missing if all of it stands in the line. */
  readonly base?: ResultBase | undefined;
  readonly next: TakenTransition | null;
  readonly error: ErrorRecord | null;
  /** The result in the cache that this one repeats; missing if the step ran. */
  readonly repeats?: ResultLocator;
  /** What kernels of `millrace/gpu` did; missing if there were none. */
  readonly gpu?: GpuUse;
  /** What stood last in what it logged with `current.log`; missing if it logged nothing. */
  readonly metrics?: LastValues;
  /** Features that it or tasks before it computed; missing if there were none. */
  readonly features?: readonly FeatureUse[];
}

export interface ResultBase {
  /** A blob that holds a table as JSON. */
  readonly blob: string;
  /** About how many bytes the lines have in place of other blobs, from the result that made this one on. */
  readonly repeated: number;
}

/** The same as it is stored: `artifacts` holds what the base has not, or has otherwise. */
export interface ResultLine extends Omit<AttemptResult, "base"> {
  readonly base?: ResultBase & {
    /** Names in the base that the table has not. */
    readonly without: readonly string[];
  };
}

/** Names one attempt and the place of its result, in this or an earlier run: `run/step/task/attempt/segment/offset`. */
export type ResultLocator = string;

export interface ResultPlace {
  readonly run: string;
  readonly step: string;
  readonly task: number;
  readonly attempt: number;
  /** File below the run's `results/`, without its ending. */
  readonly segment: string;
  /** Byte at which the result's line begins. */
  readonly offset: number;
}

export function locatorOf({ run, step, task, attempt, segment, offset }: ResultPlace): ResultLocator {
  return `${run}/${step}/${task}/${attempt}/${segment}/${offset}`;
}

const LOCATOR = /^([^/]+)\/([^/]+)\/(\d{1,15})\/(\d{1,15})\/([^/]+)\/(\d{1,15})$/;

/** True for a text that names a place within a store. */
export function isLocator(text: string): boolean {
  const [, run, step, , , segment] = LOCATOR.exec(text) ?? [];
  return isKeyPart(run) && isKeyPart(step) && isKeyPart(segment);
}

/** Of a locator, that is of what {@link isLocator} has judged. */
export function parseLocator(locator: ResultLocator): ResultPlace {
  const [run = "", step = "", task = "", attempt = "", segment = "", offset = ""] = locator.split("/");
  return { run, step, task: Number(task), attempt: Number(attempt), segment, offset: Number(offset) };
}

/** What running tasks told of their progress, and what steps wait for; a scheduler replaces it now and then. */
export interface ProgressRecord {
  readonly format: typeof RECORD_FORMAT;
  readonly tasks: readonly TaskProgressRecord[];
  /** Missing where nothing waits, and in what older versions recorded. */
  readonly waits?: readonly StepWaitsRecord[];
}

/** What the next task of a step waits for: names of what tasks share, such as `memory`. */
export interface StepWaitsRecord {
  readonly step: string;
  readonly waitsFor: readonly string[];
}

export interface TaskProgressRecord {
  readonly task: number;
  readonly attempt: number;
  /** From 0 to 1. */
  readonly fraction: number;
  readonly note: string;
  /** When it was told. */
  readonly time: number;
}

/** Says that a run is alive; a scheduler renews it, and a reader calls the run stale once it is old. */
export interface HeartbeatRecord {
  readonly format: typeof RECORD_FORMAT;
  readonly host: string;
  readonly pid: number;
  readonly time: number;
  /**
   * There while the run waits for its scheduler, which starts elsewhere, and names where: an engine. Such a beat does not
   * grow old. Its process is the one that began the run.
   */
  readonly awaits?: string;
  /**
   * There where no scheduler of ours drives the run, and names what does: the target of its deployment. Its tasks say that
   * it is alive when they begin and end, and such a beat does not grow old.
   */
  readonly drivenBy?: string;
}
