import { MillraceError } from "../../sdk/errors.ts";

/** What only a later version does is refused, never passed over. */
export function refuseOtherEngines(asked: { added: readonly string[]; isRemote: boolean }): void {
  const engine = asked.added
    .map((text) => text.split(":", 1)[0] ?? "")
    .find((name) => name === "batch" || name === "docker");
  if (engine === undefined && !asked.isRemote) return;
  throw new MillraceError({
    code: "MILLRACE_NOT_YET",
    headline: `Cannot use ${asked.isRemote ? "--remote" : `--with ${engine ?? ""}`} because this version runs steps on this machine only`,
    hint: "run without it: @batch and @docker in the code do no harm here",
  });
}
