import { inspect } from "node:util";
import type { ModelSchema } from "../../runtime/datastore/kinds/model-version.ts";
import { numberOf } from "../../runtime/datastore/last-values.ts";
import { loadArtifact } from "../../runtime/datastore/load-artifact.ts";
import { sizeText } from "../../runtime/text/size-text.ts";
import { MillraceError } from "../base/millrace-error.ts";
import { visibleLine } from "../base/visible.ts";
import { DISPLAY, type MimeBundle } from "../client/mime-bundle.ts";
import { lineageOf, type ModelLineage } from "./model-lineage.ts";
import { StoredModel } from "./stored-model.ts";

/**
 * One version of a model. It never changes; only where aliases point does, which is as it was when the version was read.
 *
 * @example
 * ```ts
 * import { models } from "millrace/models";
 *
 * const model = await models.get<{ weights: Float64Array }>("churn@production");
 * console.log(model.number, model.metrics.auc, (await model.lineage()).git?.commit);
 * const { weights } = await model.load();
 * ```
 */
export class Model<T = unknown> {
  /** Name of the model. */
  readonly name: string;
  /** Number of the version, from 1. */
  readonly number: number;
  /** SHA-256 of the stored artifact, in hex: equal models have equal hashes. */
  readonly hash: string;
  /** Numbers by name, as it was registered with. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Aliases that point to it. */
  readonly aliases: readonly string[];
  /** What it is, for people; null where nothing was said. */
  readonly description: string | null;
  /** What it takes; null where nothing was said. */
  readonly input: ModelSchema | null;
  /** What it gives; null where nothing was said. */
  readonly output: ModelSchema | null;
  /** When it was registered. */
  readonly registeredAt: Date;
  /** Who registered it. */
  readonly username: string;
  /** What the artifact is, for people: `Object`, the name of a registered type. */
  readonly type: string;
  /** Of the stored artifact, in bytes. */
  readonly size: number;
  /** The artifact: `Flow/run/step/task/name`. */
  readonly pathspec: string;
  readonly #stored: StoredModel;

  /** @internal */
  constructor(stored: StoredModel) {
    if (!(stored instanceof StoredModel)) throw notNew();
    const { version, aliases } = stored;
    const { source, artifact } = version;
    this.name = version.model;
    this.number = version.number;
    this.hash = artifact.hash;
    this.metrics = Object.fromEntries(Object.entries(version.metrics).map(([name, value]) => [name, numberOf(value)]));
    this.aliases = aliases;
    this.description = version.description;
    this.input = version.input;
    this.output = version.output;
    this.registeredAt = new Date(version.time);
    this.username = version.username;
    this.type = artifact.type;
    this.size = artifact.size;
    this.pathspec = `${source.flow}/${source.run}/${source.step}/${source.task}/${source.artifact}`;
    this.#stored = stored;
  }

  /**
   * A fresh copy of the artifact; reading runs no stored code.
   *
   * @throws MillraceError `MILLRACE_UNREGISTERED_TYPE` if it holds instances of a class that this process did not
   * register, `MILLRACE_DAMAGED_BLOB` or `MILLRACE_MISSING_BLOB` if its bytes are not what was stored
   */
  async load(): Promise<T> {
    await Promise.resolve();
    const { store, version } = this.#stored;
    return loadArtifact(store.blobs, version.source.artifact, version.artifact) as T;
  }

  /** What it was made from: who, when, run, task, code, commit, values, packages and data, as the record of its run said. */
  async lineage(): Promise<ModelLineage> {
    await Promise.resolve();
    return lineageOf(this.#stored);
  }

  /** `churn@7` */
  toString(): string {
    return `${this.name}@${this.number}`;
  }

  /** @internal */
  async [DISPLAY](): Promise<MimeBundle> {
    const { modelPage } = await import("./model-page.ts");
    return modelPage(this, await this.lineage());
  }

  /** @internal */
  [inspect.custom](): string {
    const metrics = Object.entries(this.metrics).map(([name, value]) => `${name} ${value}`);
    const aliases = this.aliases.length === 0 ? "" : `  (${this.aliases.join(", ")})`;
    return visibleLine(
      `Model ${this.toString()}${aliases}  ${this.type}  ${sizeText(this.size)}  ${this.hash.slice(0, 8)}  ${metrics.join(", ")}`.trimEnd(),
    );
  }
}

function notNew(): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: "Cannot make a Model with new because it is read from a datastore",
    hint: 'await models.get("churn@production")',
  });
}
