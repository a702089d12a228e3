import type { SourceSpec } from "./source-spec.ts";
import type { ViewSpec } from "./view-spec.ts";

/** The view, of the rows that its source gives now. */
export async function pinnedView(view: ViewSpec): Promise<ViewSpec> {
  return view.source.pinned === undefined ? view : { ...view, source: await view.source.pinned() };
}

/** Those of one source see the same rows. */
export async function pinnedViews<Asked extends { readonly view: ViewSpec }>(
  all: readonly Asked[],
): Promise<readonly Asked[]> {
  const pins = new Map<SourceSpec, Promise<SourceSpec>>();
  return Promise.all(
    all.map(async (one) => {
      const { source } = one.view;
      if (source.pinned === undefined) return one;
      const pin = pins.get(source) ?? source.pinned();
      pins.set(source, pin);
      return { ...one, view: { ...one.view, source: await pin } };
    }),
  );
}
