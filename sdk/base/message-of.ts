/** What a thrown value says: anything can be thrown, errors of another context of `node:vm` too. */
export function messageOf(thrown: unknown): string {
  const message = typeof thrown === "object" && thrown !== null && "message" in thrown ? thrown.message : undefined;
  return typeof message === "string" ? message : String(thrown);
}
