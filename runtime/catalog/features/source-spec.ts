/** The values of a column, as many as there are rows. Null or undefined: no value. */
export type Column = ArrayLike<unknown>;

/** Rows, column by column. */
export interface SourceRows {
  readonly length: number;
  /** Columns by name; those that were asked for and are there. */
  readonly columns: ReadonlyMap<string, Column>;
  /** Of the columns that say when, milliseconds since 1970 where the source knows them; else they are among the columns. */
  readonly instants?: ReadonlyMap<string, Column>;
  /** All names that the source has. */
  readonly names: readonly string[];
  /** Where a row is, as people look for it: `orders.csv:7`. */
  where(row: number): string;
}

/** What is needed of a source. */
export interface SourceColumns {
  /** Columns with values: keys, and what features are computed of. */
  readonly values: readonly string[];
  /** Columns that say when. */
  readonly clocks: readonly string[];
}

/** Rows that need not be in memory together. */
export interface RowsByKey {
  /**
   * Reads the rows, once: all of them in the order of the source where they are few; else part by part, at least one, each with
   * all rows of its keys, which have the order there that they have in the source.
   */
  each(columns: SourceColumns, by: ByKey, take: TakeRows): Promise<void>;
}

export interface ByKey {
  readonly keys: readonly string[];
  /** As many rows are few. */
  readonly wholeUpTo: number;
}

/** What is given rows. */
export interface TakeRows {
  whole(rows: SourceRows): void;
  /** @returns false: no more of them */
  part(rows: SourceRows): boolean;
}

/** Where the rows of a view come from. */
export interface SourceSpec {
  /** `csv`, `rows`: the same bytes are other values to another one. */
  readonly kind: string;
  /** As an error names it: `orders.csv`. */
  readonly title: string;
  /** The column that says when a row happened. */
  readonly event: string;
  /** The column that says since when a row was known; null: since it happened. */
  readonly created: string | null;
  /** Values are texts: what a column is used for says how they are read. */
  readonly isText: boolean;
  /** The files that rows come from, in the order in which they are read; null where they come from elsewhere. */
  readonly files: (() => Promise<readonly string[]>) | null;
  /** SHA-256 that changes with what `read` gives, known without reading it. */
  readonly dataKey?: string;
  /** For a source that may give other rows meanwhile: the same, which goes on to give what it gives now. */
  readonly pinned?: () => Promise<SourceSpec>;
  /** For a source that can sort its rows. */
  readonly byKey?: RowsByKey;
  /** @param files - only these of its files; null for all */
  read(columns: SourceColumns, files?: readonly string[] | null): Promise<SourceRows>;
}
