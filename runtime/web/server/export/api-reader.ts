import { isMillraceError } from "../../../../sdk/base/millrace-error.ts";
import type { Answer } from "../api-route.ts";
import { Router } from "../router.ts";
import { ROUTES } from "../routes/index.ts";
import type { ServedStore } from "../served-store.ts";

/** Asks the API without a server. */
export class ApiReader {
  readonly #served: ServedStore;
  readonly #router = new Router(ROUTES);

  constructor(served: ServedStore) {
    this.#served = served;
  }

  /** @param path - with its query */
  async answer(path: string): Promise<Answer> {
    const [place = "", search = ""] = path.split("?", 2);
    const { route, params } = this.#router.find("GET", place);
    const query = new URLSearchParams(search);
    const signal = new AbortController().signal;
    return route.answer({ served: this.#served, params, query, body: undefined, lastEventId: null, signal });
  }

  async json<Value>(path: string): Promise<Value> {
    const answer = await this.answer(path);
    return (answer.kind === "json" ? answer.value : null) as Value;
  }

  /** Null for what cannot be read: the rest can be seen without. */
  async jsonOrNull<Value>(path: string): Promise<Value | null> {
    try {
      return await this.json<Value>(path);
    } catch (error) {
      if (isMillraceError(error)) return null;
      throw error;
    }
  }
}
