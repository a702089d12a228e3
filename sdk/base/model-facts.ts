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
}

/** What `current.registerModel` takes. */
export interface RegisterModelOptions extends ModelFacts {
  /** Name of the artifact that is the model. */
  readonly artifact: string;
}
