/** A column of the statement, and how its values are read. */
export interface SqlColumn {
  readonly name: string;
  readonly isClock: boolean;
  read(value: unknown): unknown;
}
