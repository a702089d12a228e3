/** A requirement that nothing meets; the compiler shows `Because` beside the argument that it refuses. */
export interface Refused<Because extends string> {
  readonly [REFUSED]: Because;
}
declare const REFUSED: unique symbol;

/** No requirement beyond the argument's own type. */
export type Fine = unknown;
export type Step = (argument: never) => unknown;
export type TakesNothing<Target extends Step> = [] extends Parameters<Target> ? true : false;
