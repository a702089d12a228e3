/** The line, two before it, and a caret under the column, which counts from 0. */
export function sourceFrame(source: string, at: { line: number; column: number }): string[] {
  const lines = source.split("\n");
  const first = Math.max(at.line - 2, 1);
  const width = String(at.line).length;
  const shown = lines.slice(first - 1, at.line).map((text, index) => {
    const line = first + index;
    return `${line === at.line ? ">" : " "} ${String(line).padStart(width)} | ${text.slice(0, MAX_CHARS)}`;
  });
  if (at.column > MAX_CHARS) return shown;
  return [...shown, `  ${" ".repeat(width)} | ${" ".repeat(at.column)}^`];
}

const MAX_CHARS = 200;
