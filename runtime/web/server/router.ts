import { isKeyPart } from "../../datastore/check-key.ts";
import { RefusedRequest } from "./refused-request.ts";
import type { ApiRoute } from "./api-route.ts";

export interface RouteMatch {
  readonly route: ApiRoute;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the route of a request by its path, part by part. */
export class Router {
  readonly #routes: readonly { readonly route: ApiRoute; readonly parts: readonly string[] }[];

  constructor(routes: readonly ApiRoute[]) {
    this.#routes = routes.map((route) => ({ route, parts: route.path.split("/") }));
  }

  /**
   * @param path - without its query, as it came
   * @throws RefusedRequest for a path that there is not, or not for this method, or that names what cannot be a key
   */
  find(method: string, path: string): RouteMatch {
    const given = path.split("/");
    const fitting = this.#routes.filter(({ parts }) => isFitting(parts, given));
    const [first] = fitting;
    if (first === undefined)
      throw new RefusedRequest(404, {
        headline: "Cannot answer because the API has no such path",
        hint: "docs/looking.md lists them",
      });
    const found = fitting.find(({ route }) => route.method === method || (method === "HEAD" && route.method === "GET"));
    if (found === undefined)
      throw new RefusedRequest(405, {
        headline: `Cannot answer because ${first.route.path} takes ${first.route.method} alone`,
      });
    return { route: found.route, params: paramsOf(found.parts, given) };
  }
}

function isFitting(parts: readonly string[], given: readonly string[]): boolean {
  return parts.length === given.length && parts.every((part, at) => part.startsWith(":") || part === given[at]);
}

function paramsOf(parts: readonly string[], given: readonly string[]): Record<string, string> {
  const named = parts.flatMap((part, at) => (part.startsWith(":") ? [[part.slice(1), given[at] ?? ""] as const] : []));
  return Object.fromEntries(named.map(([name, text]) => [name, decoded(text)]));
}

function decoded(text: string): string {
  const part = decodedText(text);
  if (isKeyPart(part)) return part;
  throw new RefusedRequest(400, {
    headline: "Cannot answer because a part of the path is not a name",
    hint: "a name is not empty, not .. and has no slash, backslash, colon or control character",
  });
}

function decodedText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
