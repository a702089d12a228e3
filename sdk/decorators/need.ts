/**
 * How much of something a task needs: a number, or a function that says it for each attempt, such as
 * `({ attempt }) => 4000 * 2 ** attempt`. It is called before the run begins, once for each attempt that `@retry` allows.
 */
export type Need = number | NeedFunction;

/** What an attempt needs. */
export type NeedFunction = (of: NeedOf) => number;

/** What a need may depend on. */
export interface NeedOf {
  /** Of the task; 0 is the first one, as in `current.attempt`. */
  readonly attempt: number;
}
