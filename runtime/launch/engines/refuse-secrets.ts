import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Engine } from "../../engines/engine.ts";
import { providerOf } from "../../secrets/providers/index.ts";
import type { RunSecrets } from "../../secrets/run-secrets.ts";

/** @throws MillraceError for steps whose secrets would have to leave this machine, and do not, or are on another engine */
export function refuseSecrets(
  { where, secrets }: Pick<Engine, "where" | "secrets">,
  { steps, ofSteps, readByTask }: { readonly steps: readonly string[] } & Pick<RunSecrets, "ofSteps" | "readByTask">,
): void {
  const unbrought = steps.flatMap((step) => {
    const sources = (readByTask.get(step) ?? []).map(({ source }) => source);
    return sources.filter((one) => providerOf(one).isBrought === true && secrets.brings?.includes(one.type) !== true);
  });
  const types = [...new Set(unbrought.map(({ type }) => type))];
  if (types.length > 0) throw notBrought(types, where);
  if (secrets.kind === "handed-over") return;
  const names = [...ofSteps.keys()].filter((step) => steps.includes(step));
  if (names.length === 0) return;
  throw new MillraceError({
    code: "MILLRACE_SECRETS",
    headline: `Cannot run ${names.join(", ")} ${where} because the secrets of @secrets are on this machine and do not leave it`,
    hint: secrets.hint,
  });
}

function notBrought(types: readonly string[], where: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_SECRETS",
    headline: `Cannot run steps ${where} because their secrets are of type ${types.join(", ")}, which only that engine brings to its tasks`,
    hint: `run them with --with ${types[0] ?? ""}, or name another source`,
  });
}
