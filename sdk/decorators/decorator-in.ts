/** Name of the decorator in what follows `--with`, as in `batch:gpu=1` and `@batch`. */
export function decoratorIn(text: string): string {
  const [name = ""] = text.split(":", 1);
  return name.trim().replace(/^@/, "");
}
