/** Cells that a text takes in a terminal: wide characters take two, marks on others none. */
export function textWidth(text: string): number {
  if (isPlainText(text)) return text.length;
  let width = 0;
  for (const cluster of clusters(text)) width += clusterWidth(cluster);
  return width;
}

/** True for printable ASCII: a cell for each character. */
export function isPlainText(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

/** What a reader takes for characters: a letter with its marks, a picture of several code points. */
export function* clusters(text: string): Generator<string> {
  for (const { segment } of (segmenter ??= new Intl.Segmenter()).segment(text)) yield segment;
}

/** A text with spaces behind it, up to a width. */
export function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(width - textWidth(text), 0));
}

let segmenter: Intl.Segmenter | undefined;

const NOTHING = /^[\p{Mark}\p{Format}\p{Control}\p{Surrogate}]+$/u;
const PICTURE = /\p{Emoji_Presentation}|\p{Emoji}\ufe0f/u;
/** East Asian Width W and F: Hangul, kana, Han, fullwidth forms. */
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2fb}\u{20000}-\u{3fffd}]/u;

export function clusterWidth(cluster: string): number {
  if (NOTHING.test(cluster)) return 0;
  return PICTURE.test(cluster) || WIDE.test(cluster) ? 2 : 1;
}
