import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Engine } from "../../engines/engine.ts";
import type { RunSecrets } from "../../secrets/run-secrets.ts";

/** @throws MillraceError for steps whose secrets would have to leave this machine, and do not */
export function refuseSecrets(
  { where, secrets }: Pick<Engine, "where" | "secrets">,
  { steps, ofSteps }: { readonly steps: readonly string[] } & Pick<RunSecrets, "ofSteps">,
): void {
  if (secrets.kind === "handed-over") return;
  const names = [...ofSteps.keys()].filter((step) => steps.includes(step));
  if (names.length === 0) return;
  throw new MillraceError({
    code: "MILLRACE_SECRETS",
    headline: `Cannot run ${names.join(", ")} ${where} because the secrets of @secrets are on this machine and do not leave it`,
    hint: secrets.hint,
  });
}
