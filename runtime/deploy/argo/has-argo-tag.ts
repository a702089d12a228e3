/** Whether Argo would replace something in one of its texts, or refuse it. */
export function hasArgoTag(value: unknown): boolean {
  return JSON.stringify(value).includes("{{");
}
