/** What the thread that draws charts is given. */
export interface AskedChart {
  readonly kind: "plot" | "vegaChart";
  readonly spec: unknown;
}

/** What it answers, once. */
export type DrawnChart = { readonly drawing: string } | { readonly fault: string };
