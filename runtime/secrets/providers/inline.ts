import { SecretFault, type SecretProvider } from "../secret-provider.ts";
import type { SecretVariables } from "../run-secrets.ts";

/** Values that the code computes. */
export const INLINE: SecretProvider<"inline"> = {
  type: "inline",
  readBy: () => "launcher",
  read({ vars }) {
    const missing = Object.keys(vars).filter((name) => vars[name] === undefined);
    if (missing.length === 0) return vars as SecretVariables;
    throw new SecretFault(`they have no value: ${missing.join(", ")}`, {
      hint: "set them in the environment from which the run is started",
    });
  },
};
