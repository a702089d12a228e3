/**
 * The data of `millrace ui --export`: what the API would have answered. It stands gzipped, in base64, in the script of
 * {@link EXPORT_ID}, whose type no browser executes.
 */
export interface ExportedPage {
  readonly format: typeof EXPORT_FORMAT;
  /** Milliseconds since 1970. */
  readonly exportedAt: number;
  /** What was left out, for people: `the output of 9,800 tasks`. */
  readonly notes: readonly string[];
  /** By {@link exportKey}. */
  readonly answers: Readonly<Record<string, ExportedAnswer>>;
}

/** JSON as the API answers it; bytes in base64: the columns; or the very same as under another key. */
export type ExportedAnswer = { readonly json: unknown } | { readonly base64: string } | { readonly as: string };

export const EXPORT_FORMAT = 1;
/** The `id` of the `<script type="application/octet-stream">` that holds the data. */
export const EXPORT_ID = "millrace-data";

/**
 * What only says how much is wanted at a time: what was exported has all that there is, or as much as fits. A log has both
 * outputs.
 */
const PAGING = ["limit", "after", "offset", "stream"];

/**
 * Under which name an answer is kept: the path, and what its query asks for beyond paging. `/api/runs` and
 * `…/tasks` are kept whole, without filters: who reads them filters.
 *
 * @param path - with its query: `/api/runs/TrainFlow/20260314-092653589-x7k2p/tasks?limit=100`
 */
export function exportKey(path: string): string {
  const [place = "", query = ""] = path.split("?", 2);
  if (/^\/api\/runs(\/[^/]+\/[^/]+\/tasks)?$/.test(place)) return place;
  const kept = [...new URLSearchParams(query)].filter(([name]) => !PAGING.includes(name));
  const asked = kept.filter(([, value]) => value !== "");
  return asked.length === 0 ? place : `${place}?${new URLSearchParams(asked).toString()}`;
}
