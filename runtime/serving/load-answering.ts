import { ownProgram } from "../own-program.ts";
import type { answering } from "./answering.ts";

/** What answers requests and files: one script, of which those who only declare a service load nothing. */
export function loadAnswering(use: "worker" | "files"): typeof answering {
  return (ownProgram("answering", use) as { readonly answering: typeof answering }).answering;
}
