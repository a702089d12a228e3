/** Attempts that take less have no series of what they used. */
export { SERIES_FROM_MS } from "../../datastore/usage-series.ts";
