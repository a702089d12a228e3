import type { StandardSchemaV1 } from "@standard-schema/spec";

/**
 * A step decorator that a flow's code made with `decorator()`, as it was described: any copy of the package can read it.
 * What its functions take and give is checked where they are declared and where they are called.
 */
export interface OwnDecorator {
  readonly name: string;
  /** A schema, or a default for each option; null where it takes none. */
  readonly options: StandardSchemaV1 | OptionDefaults | null;
  /** Options of further decorators by their names, or a function of its own options that gives them. */
  readonly settings: Readonly<Record<string, unknown>> | ((options: unknown) => unknown) | null;
  readonly before: ((task: unknown) => unknown) | null;
  readonly around: ((next: () => Promise<void>, task: unknown) => unknown) | null;
  readonly after: ((task: unknown, outcome: unknown) => unknown) | null;
}

/** An option's name to its value where none is given; the value also says the option's type. */
export type OptionDefaults = Readonly<Record<string, unknown>>;
