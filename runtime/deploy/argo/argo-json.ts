/**
 * JSON that says the same, and in which Argo finds no tag, and Kubernetes no variable: `{{` and `$` in its texts are escaped, as
 * is what Argo would write in a way that JSON does not know.
 */
export function argoJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("{{", String.raw`{\u007b`)
    .replaceAll("$", String.raw`\u0024`)
    .replaceAll(/[^\x20-\x7e]/g, (unit) => String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
