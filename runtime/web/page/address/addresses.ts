import { type ReadonlySignal, type Signal, computed, signal } from "@preact/signals";

export interface PageAddress {
  /** Its parts between slashes, decoded. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

/** What is null, empty or missing leaves the address. */
export type PageQuery = Readonly<Record<string, string | readonly string[] | null | undefined>>;

/** Where the page is: all that it shows follows from the address, so that links, reload and back lead to the same. */
export class Addresses {
  readonly current: ReadonlySignal<PageAddress>;
  readonly #text: Signal<string>;
  readonly #isHash: boolean;

  /** @param isHash - a file has no paths of its own: what stands behind `#` is the address */
  constructor(isHash: boolean) {
    this.#isHash = isHash;
    this.#text = signal(this.#read());
    this.current = computed(() => parse(this.#text.value));
    const follow = (): void => {
      this.#text.value = this.#read();
    };
    addEventListener("popstate", follow);
    addEventListener("hashchange", follow);
  }

  href(path: readonly string[], query: PageQuery = {}): string {
    const text = textOf(path, searchOf(query));
    return this.#isHash ? `#${text}` : text;
  }

  go(href: string, { isReplaced = false } = {}): void {
    const before = this.current.peek().path.join("/");
    if (isReplaced) history.replaceState(null, "", href);
    else history.pushState(null, "", href);
    this.#text.value = this.#read();
    if (this.current.peek().path.join("/") !== before) scrollTo(0, 0);
  }

  /** The address at hand with some of its query changed. */
  with(changes: PageQuery): string {
    const { path, query } = this.current.value;
    const names = new Set([...query.keys()].filter((name) => !Object.hasOwn(changes, name)));
    const kept = Object.fromEntries([...names].map((name) => [name, query.getAll(name)]));
    return this.href(path, { ...kept, ...changes });
  }

  #read(): string {
    return this.#isHash ? location.hash.slice(1) : location.pathname + location.search;
  }
}

function parse(text: string): PageAddress {
  const [path = "", ...search] = text.split("?");
  const parts = path.split("/").filter((part) => part !== "");
  return { path: parts.map(decoded), query: new URLSearchParams(search.join("?")) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function searchOf(query: PageQuery): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of typeof value === "string" ? [value] : (value ?? [])) if (one !== "") search.append(name, one);
  return search.toString();
}

function textOf(path: readonly string[], search: string): string {
  return `/${path.map(encodeURIComponent).join("/")}${search === "" ? "" : `?${search}`}`;
}
