import type { PageQuery } from "../address/addresses.ts";

/** Where the API answers: `/api/runs/TrainFlow/20260314-092653589-x7k2p/tasks?step=fit` */
export function apiAddress(path: readonly string[], query: PageQuery = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of typeof value === "string" ? [value] : (value ?? [])) if (one !== "") search.append(name, one);
  const text = search.toString();
  return `/api/${path.map(encodeURIComponent).join("/")}${text === "" ? "" : `?${text}`}`;
}
