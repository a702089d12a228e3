import { inspect } from "node:util";
import { checkStep, taskIn } from "../../runtime/datastore/reader/resolve-pathspec.ts";
import { sizeText } from "../../runtime/text/size-text.ts";
import type { ClientOptions } from "./client-options.ts";
import { noArtifact } from "./lazy-data.ts";
import { find, taskNumber } from "./find.ts";
import { DISPLAY, type MimeBundle, refuseNew } from "./mime-bundle.ts";
import { StoredArtifact } from "./stored-artifact.ts";
import { TaskReader } from "./task-reader.ts";
import { visibleLine } from "../base/visible.ts";

/**
 * One stored value of a task. What it is, is known without loading it.
 *
 * @example
 * ```ts
 * const task = await Task.get("RecSysFlow/latest/fitB/2");
 * for (const artifact of await task.artifacts()) console.log(artifact.name, artifact.type, artifact.size);
 * const model = await (await Artifact.get<Model>("RecSysFlow/latest/fitB/2/model")).load();
 * ```
 */
export class Artifact<T = unknown> {
  /** The field of the flow that held it. */
  readonly name: string;
  /** `Flow/run/step/task/name` */
  readonly pathspec: string;
  /** SHA-256 of the encoded value, in hex: equal values have equal hashes. */
  readonly hash: string;
  /** Of the encoded value, in bytes. */
  readonly size: number;
  /** What the value is, for people: `number`, `Array(12)`, `Float32Array(1000)`, the name of a registered type. */
  readonly type: string;
  /** True for a parameter, an included file or a configuration: the same in all tasks of the run. */
  readonly isParameter: boolean;
  readonly #load: () => unknown;

  /** @internal */
  constructor(stored: StoredArtifact) {
    refuseNew(stored, { by: StoredArtifact, type: "Artifact" });
    const { name, pathspec, ref, isParameter } = stored;
    this.name = name;
    this.pathspec = pathspec;
    this.hash = ref.hash;
    this.size = ref.size;
    this.type = ref.type;
    this.isParameter = isParameter;
    this.#load = () => stored.load();
  }

  /**
   * Opens one artifact.
   *
   * @param pathspec - `Flow/run/step/task/name`; the run may be `latest`
   * @throws MillraceError if there is no such thing
   *
   * @example
   * ```ts
   * const artifact = await Artifact.get<number>("RecSysFlow/latest/end/5/score");
   * console.log(artifact.type, await artifact.load());
   * ```
   */
  static async get<T = unknown>(pathspec: string, options: ClientOptions = {}): Promise<Artifact<T>> {
    await Promise.resolve();
    const { reader, step, task, artifact: name } = find(pathspec, "artifact", options);
    const number = taskNumber(task, pathspec);
    const run = reader.summary();
    checkStep(run, step);
    const summary = taskIn(run, { step, task: number });
    const read = new TaskReader(reader, { summary });
    if (!Object.hasOwn(read.table(), name)) throw noArtifact(name, read);
    return new Artifact(read.artifact(name));
  }

  /**
   * A fresh copy of the value; reading runs no stored code.
   *
   * @throws MillraceError `MILLRACE_UNREGISTERED_TYPE` if it holds instances of a class that this process did not
   * register, `MILLRACE_DAMAGED_BLOB` or `MILLRACE_DAMAGED_ARTIFACT` if its bytes are not what was stored
   */
  async load(): Promise<T> {
    await Promise.resolve();
    return this.#load() as T;
  }

  /** @internal */
  async [DISPLAY](): Promise<MimeBundle> {
    const { artifactPage } = await import("./display/artifact-page.ts");
    return artifactPage(this);
  }

  /** @internal */
  [inspect.custom](): string {
    return visibleLine(`Artifact ${this.pathspec}  ${this.type}  ${sizeText(this.size)}  ${this.hash.slice(0, 8)}`);
  }
}
