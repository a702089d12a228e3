const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/iu;

/** The number that a text in a file of text is, as `12`, `-0.5` or `1e-3`; undefined for any other text. */
export function decimalIn(text: string): number | undefined {
  return DECIMAL.test(text) ? Number(text) : undefined;
}
