import { host } from "../base/host.ts";
import { registerType } from "../register-type.ts";
import { blobFact, type ModelArtifact, modelArtifact } from "./model-artifact.ts";
import { noSource } from "./no-source.ts";

/** What a reference is made of. */
interface ReferenceParts {
  readonly name: string;
  readonly number: number;
  /** As it was given: `churn@production`. */
  readonly asked: string;
  readonly artifact: ModelArtifact;
  /** Sizes of the blobs that it cannot be loaded without, by hash. */
  readonly needs: ReadonlyMap<string, number>;
}

/** Loads a stored artifact from the datastore that holds the reference. */
type LoadReferenced = (name: string, artifact: ModelArtifact) => unknown;

/**
 * A version of a model as the value of a parameter: which one it was when the run began, whatever its alias does since.
 *
 * @example
 * ```ts
 * class ScoreFlow extends FlowSpec {
 *   @parameter({ required: true }) model!: ModelReference<{ weights: number[] }>; // --model models:churn@production
 *   weights: number[] = [];
 *
 *   @step async start() {
 *     console.log(this.model.number, this.model.hash);
 *     ({ weights: this.weights } = await this.model.load());
 *     this.next(this.end);
 *   }
 *
 *   @step end() {}
 * }
 * ```
 */
export class ModelReference<T = unknown> {
  /** Name of the model. */
  readonly name: string;
  /** Number of the version, from 1. */
  readonly number: number;
  /** SHA-256 of the stored artifact, in hex. */
  readonly hash: string;
  /** As it was given: `churn@production`. */
  readonly asked: string;
  readonly #parts: ReferenceParts;
  readonly #load: LoadReferenced | null;

  /** @internal */
  constructor(parts: ReferenceParts, load: LoadReferenced | null) {
    this.name = parts.name;
    this.number = parts.number;
    this.hash = parts.artifact.hash;
    this.asked = parts.asked;
    this.#parts = parts;
    this.#load = load;
  }

  /**
   * A fresh copy of the model; reading runs no stored code.
   *
   * @throws MillraceError `MILLRACE_UNREGISTERED_TYPE` if it holds instances of a class that this process did not
   * register, `MILLRACE_DAMAGED_BLOB` or `MILLRACE_MISSING_BLOB` if its bytes are not what was stored
   */
  async load(): Promise<T> {
    await Promise.resolve();
    if (this.#load === null) throw noSource(this.toString());
    return this.#load(this.name, this.#parts.artifact) as T;
  }

  /** `churn@7` */
  toString(): string {
    return `${this.name}@${this.number}`;
  }

  /** @internal */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    const asked = this.asked === this.toString() ? "" : `, given as ${this.asked}`;
    return `Model ${this.toString()} (${this.hash.slice(0, 8)}…${asked})`;
  }

  /** @internal */
  static packed(reference: ModelReference): unknown {
    const { name, number, asked, artifact, needs } = reference.#parts;
    for (const [hash, size] of needs) host().valueFiles?.noted?.set(hash, size);
    return [name, number, asked, { ...artifact }, [...needs].map(([hash, size]) => ({ hash, size }))];
  }
}

registerType(ModelReference, {
  name: "millrace#Model",
  pack: (reference) => ModelReference.packed(reference),
  unpack: (packed) => new ModelReference(referenceParts(packed), host().valueFiles?.load ?? null),
});

/** A reference as it was stored; nothing of it is trusted. */
function referenceParts(packed: unknown): ReferenceParts {
  const [name, number, asked, artifact, needs] = Array.isArray(packed) ? (packed as unknown[]) : [];
  if (typeof name !== "string" || typeof asked !== "string") throw new TypeError("its name is not a string");
  if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 1)
    throw new TypeError("its number is none");
  if (!Array.isArray(needs)) throw new TypeError("what it needs is not a list");
  return { name, number, asked, artifact: modelArtifact(artifact), needs: new Map(needs.map(blobFact)) };
}
