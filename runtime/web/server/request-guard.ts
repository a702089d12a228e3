import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { isEqualSecret } from "../../text/is-equal-secret.ts";
import { RefusedRequest } from "./refused-request.ts";

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);
/** What a server listens on that answers under all names of its machine. */
const EVERYWHERE = new Set(["0.0.0.0", "::", "[::]"]);
/** Of an address that is typed in or comes from the page itself. */
const OWN_SITES = new Set(["same-origin", "none"]);

export interface RequestGuardOptions {
  /** What the server listens on. */
  readonly host: string;
  readonly port: number;
  readonly token: string | null;
  readonly isReadOnly: boolean;
}

/** What every request has to pass. */
export class RequestGuard {
  readonly #options: RequestGuardOptions;
  readonly #cookie: string;

  constructor(options: RequestGuardOptions) {
    this.#options = options;
    // Ports of one machine share their cookies.
    this.#cookie = `millrace-${options.port}`;
  }

  /** A page elsewhere can have its own name lead to this machine: it is known by the name that the browser asked for. */
  checkHost({ host = "" }: IncomingHttpHeaders): void {
    const name = host.replace(/:\d*$/, "");
    const { host: own } = this.#options;
    const isOwn = LOOPBACK.has(name) || name === own || name === `[${own}]`;
    if (isOwn || (EVERYWHERE.has(own) && name !== "")) return;
    throw new RefusedRequest(403, {
      headline: "Cannot answer because the request was sent to another name than this server's",
      hint: "open the address that millrace ui printed; --host NAME answers under that name as well",
    });
  }

  /** Other pages may lead here, and neither read nor write. */
  checkSite(headers: IncomingHttpHeaders, { isPage }: { readonly isPage: boolean }): void {
    const site = headers["sec-fetch-site"];
    if (site === undefined || OWN_SITES.has(site)) return;
    if (isPage && headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document") return;
    throw new RefusedRequest(403, { headline: "Cannot answer because the request comes from another site" });
  }

  checkWrite(headers: IncomingHttpHeaders): void {
    if (this.#options.isReadOnly)
      throw new RefusedRequest(403, { headline: "Cannot write because the server was started with --read-only" });
    if (headers.origin !== `http://${headers.host ?? ""}`)
      throw new RefusedRequest(403, {
        headline: "Cannot write because the request does not come from the page of this server",
      });
    if (!/^application\/json\s*(;|$)/i.test(headers["content-type"] ?? ""))
      throw new RefusedRequest(415, { headline: "Cannot read the body because it is not application/json" });
  }

  /** The cookie that a link with the right token is answered with; null for a link without one. */
  cookieFor(query: URLSearchParams): string | null {
    const given = query.get("token");
    const { token } = this.#options;
    if (given === null || token === null || !isEqualSecret(given, token)) return null;
    return `${this.#cookie}=${digest(token).toString("hex")}; Path=/; HttpOnly; SameSite=Strict`;
  }

  checkToken({ cookie = "", authorization = "" }: IncomingHttpHeaders): void {
    const { token } = this.#options;
    if (token === null) return;
    const given = cookie.split(/;\s*/).find((one) => one.startsWith(`${this.#cookie}=`));
    if (given !== undefined && isEqualSecret(given.slice(this.#cookie.length + 1), digest(token).toString("hex")))
      return;
    if (isEqualSecret(authorization, `Bearer ${token}`)) return;
    throw new RefusedRequest(401, {
      headline: "Cannot answer because the token is missing or wrong",
      hint: "open the link that millrace ui printed, with its ?token=",
    });
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
