/** A requirement that nothing meets; the compiler shows `Because` beside the code that it refuses. */
export interface Refused<Because extends string> {
  readonly [REFUSED]: Because;
}
declare const REFUSED: unique symbol;
