/**
 * What a marker stands for. In the skeleton a marker is a MessagePack array whose first element is an int64
 * (token 0xd3), which no plain value contains, and which holds one of these numbers; its fields follow.
 * The numbers are part of the format: never change one, only add.
 */
export const Mark = {
  /** `undefined` */
  undefined: 0,
  /** NaN, whatever its bits were */
  nan: 1,
  negativeZero: 2,
  /** hexadecimal text, "-" first if negative */
  bigint: 3,
  /** A string that UTF-8 cannot carry, or that starts with a byte order mark: its JSON text. */
  text: 4,
  /** the number of an object met before; objects count from 0 in the order in which they begin */
  reference: 5,
  /** key, value, key, value…: an object with keys that a MessagePack map cannot carry */
  object: 6,
  /** the same, without a prototype */
  nullObject: 7,
  /** length, index, value, index, value… */
  sparseArray: 8,
  /** key, value, key, value… */
  map: 9,
  /** value, value… */
  set: 10,
  /** milliseconds since 1970 */
  date: 11,
  /** source, flags */
  regexp: 12,
  /** name of the built-in class, key, value, key, value… */
  error: 13,
  /** the primitive */
  boxed: 14,
  /** registered name, what `pack` returned */
  registered: 15,
  /** kind, length in elements, number of the part, byte offset in the part */
  view: 16,
  /**
   * length, count, that many elements from the first on, then index or key, value, index or key, value…: an array with
   * properties of its own. Since format 2.
   */
  keyedArray: 17,
} as const;

export type Mark = (typeof Mark)[keyof typeof Mark];
