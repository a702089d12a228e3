import { appendAll } from "../../../sdk/base/append-all.ts";
import type { StoredObject } from "../storage.ts";
import type { ObjectStore, ObjectPage } from "./object-store.ts";

/** All objects, and prefixes, below a prefix. */
export async function allPages(
  objects: ObjectStore,
  prefix: string,
  options: { readonly delimiter?: string } = {},
): Promise<Omit<ObjectPage, "after">> {
  const found: StoredObject[] = [];
  const prefixes: string[] = [];
  for (let after: string | null = null; ;) {
    const page: ObjectPage = await objects.page(prefix, { ...options, after });
    appendAll(found, page.objects);
    appendAll(prefixes, page.prefixes);
    if ((after = page.after) === null) return { objects: found, prefixes };
  }
}
