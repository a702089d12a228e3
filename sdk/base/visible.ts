/**
 * What drives a terminal or reorders text: C0 but tab and newline, DEL, C1, line separators, marks of direction,
 * annotations and invisible tags.
 */
const CONTROL =
  /[\0-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * A text that came from elsewhere, as it may be shown: characters that would act on the terminal become what they are
 * written as in JavaScript, such as `\x1b`. Newlines and tabs stay.
 */
export function visible(text: string): string {
  return text.replace(/\r(?=\n)/g, "").replace(CONTROL, escapeOf);
}

/** The same for a text that must not begin a line of its own: a name, a tag, a table's cell. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

/** JSON that means the same and is safe to show: JSON itself escapes C0 alone. */
export function visibleJson(json: string): string {
  return json.replace(CONTROL, (character) =>
    Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at), 4)}`).join(""),
  );
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === "\r") return "\\r";
  if (code < 0x100) return `\\x${hex(code, 2)}`;
  return code > 0xffff ? `\\u{${hex(code, 5)}}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
