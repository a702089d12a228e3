import { MillraceError } from "../../../../sdk/base/millrace-error.ts";

/** A Redis. */
export interface RedisPlace {
  /** May have a password: never shown. */
  readonly url: string;
  /** As it is shown. */
  readonly title: string;
}

/**
 * @param given - `redis://user:password@host:6379/0`; `rediss:` for TLS
 * @throws MillraceError `MILLRACE_SETTINGS`, which does not repeat what was given
 */
export function redisPlace(given: string): RedisPlace {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url === null) throw wrongPlace("it is not an address");
  if (url.protocol !== "redis:" && url.protocol !== "rediss:")
    throw wrongPlace(`it begins with ${JSON.stringify(url.protocol)}, and redis: or rediss: was wanted`);
  if (url.hostname === "") throw wrongPlace("it names no host");
  if (!/^\/?\d*$/u.test(url.pathname) || url.search !== "" || url.hash !== "")
    throw wrongPlace("behind the host it has more than the number of a database");
  return { url: given, title: `${url.protocol}//${url.host}${url.pathname}` };
}

function wrongPlace(seen: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_SETTINGS",
    headline: `Cannot read MILLRACE_ONLINE_STORE because ${seen}`,
    hint: "for example redis://127.0.0.1:6379/0, or rediss://user:password@host:6379 for TLS",
  });
}
