/** How far an object that grows in parts was read. */
export interface TailPlace {
  /** The part that is read next, and its bytes that were given already. */
  readonly index: number;
  readonly position: number;
  /** Of that part as it was read last; null for one that was not read yet. */
  readonly etag: string | null;
  /** Its size then. */
  readonly size: number;
  /** The last part that a list has shown. */
  readonly lastIndex: number;
}

export const START_OF_TAIL: TailPlace = { index: 0, position: 0, etag: null, size: 0, lastIndex: -1 };

export interface TailAnswer {
  readonly bytes: Uint8Array;
  /** True if there were no more bytes than these. */
  readonly isLast: boolean;
  readonly next: TailPlace;
}
