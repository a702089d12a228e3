/** A value of JSON as Python's source says it: nothing in it can end the literal, or is anything but ASCII. */
export function pythonLiteral(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return pythonText(value);
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  if (typeof value === "object")
    return `{${Object.entries(value)
      .map(([key, its]) => `${pythonText(key)}: ${pythonLiteral(its)}`)
      .join(", ")}}`;
  return JSON.stringify(value);
}

/** As JSON, but for what is no single UTF-16 unit: JSON's pair of escapes would be two characters. */
function pythonText(text: string): string {
  const escaped = Array.from(text, (character) => {
    const point = character.codePointAt(0) ?? 0;
    if (point > 0xffff) return `\\U${point.toString(16).padStart(8, "0")}`;
    if (point > 0x7e || point < 0x20) return `\\u${point.toString(16).padStart(4, "0")}`;
    return character === '"' || character === "\\" ? `\\${character}` : character;
  });
  return `"${escaped.join("")}"`;
}
