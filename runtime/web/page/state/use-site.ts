import { type ReadonlySignal, type Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Addresses } from "../address/addresses.ts";
import type { Source } from "../source/source.ts";

/** What every part of the page may use. */
export interface Site {
  readonly source: Source;
  readonly addresses: Addresses;
  /** Goes on by the second while the page is seen. */
  readonly now: ReadonlySignal<number>;
  /** What a screen reader is told next. */
  readonly told: Signal<string>;
}

export const SiteContext = createContext<Site | null>(null);

export function useSite(): Site {
  const site = useContext(SiteContext);
  if (site === null) throw new Error("there is no site around this part: this is a bug in Millrace");
  return site;
}
