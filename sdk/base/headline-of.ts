import { messageOf } from "./message-of.ts";

/** What a thrown value says in one sentence, without the details and hint of an error of Millrace. */
export function headlineOf(thrown: unknown): string {
  const headline = typeof thrown === "object" && thrown !== null && "headline" in thrown ? thrown.headline : undefined;
  return typeof headline === "string" ? headline : messageOf(thrown);
}
