import { serviceError } from "../../../serving/model/service-error.ts";

/** Names of variables that hold what a manifest must not. */
const SECRET = /SECRET|TOKEN|PASSW|PRIVATE|CREDENTIAL|ACCESS_KEY|API_?KEY/i;

/** The variables that `--env NAME=VALUE` gives. @throws MillraceError for one that is none, or that looks like a secret */
export function plainVariables(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name = "", value = ""] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(text) ?? [];
      // What is refused may be a secret: its value is not shown.
      if (name === "")
        throw refused(`--env ${text.split("=")[0] ?? ""} is not NAME=VALUE`, "such as --env LOG_LEVEL=debug");
      if (SECRET.test(name))
        throw refused(
          `${name} looks like a secret, and a manifest is no place for one`,
          `create a Secret of the cluster that has the key ${name}, and name it with --secret`,
        );
      return [name, value];
    }),
  );
}

function refused(because: string, hint: string) {
  return serviceError(`Cannot write a manifest because ${because}`, { hint });
}
