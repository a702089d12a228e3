import type { StandardSchemaV1 } from "@standard-schema/spec";

/** What a version of a model is registered with. */
export interface ModelFacts {
  /** How good it is: numbers by name. */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
  /** What it takes: any Standard Schema. Stored as JSON Schema where its library can say that. */
  readonly input?: StandardSchemaV1 | undefined;
  /** What it gives. */
  readonly output?: StandardSchemaV1 | undefined;
  /** What it is, for people. */
  readonly description?: string | undefined;
  /**
   * What it was trained on: `millrace monitor` compares what is served with it. Stored are counts of each column, not the rows.
   */
  readonly reference?: ReferenceData | undefined;
}

/** Data that a model was made from, an item a row. */
export interface ReferenceData {
  /** What the model takes. */
  readonly input?: readonly unknown[] | Float32Array | Float64Array | Int32Array | undefined;
  /** Its answers to these rows. */
  readonly output?: readonly unknown[] | Float32Array | Float64Array | Int32Array | undefined;
}

/** What `current.registerModel` takes. */
export interface RegisterModelOptions extends ModelFacts {
  /** Name of the artifact that is the model. */
  readonly artifact: string;
}
