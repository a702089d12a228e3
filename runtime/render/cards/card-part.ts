import type { Check } from "../../datastore/shapes/checks.ts";
import type { Html } from "../html.ts";
import type { CardSource } from "./card-source.ts";

/** How one kind of component is read and drawn. */
export interface CardPart<Data> {
  /** As it is stored. */
  readonly kind: string;
  /** Judges its data, which may come from anywhere. */
  readonly check: Check;
  /** Judges what it gets at its end, and adds that. */
  readonly grows?: { readonly check: Check; add(data: Data, items: readonly unknown[]): Data };
  /** Its looks; on a page only where one of its kind is drawn. */
  readonly style?: string;
  /** @throws for what cannot be drawn: the card then says so in its place */
  draw(data: Data, around: DrawnAround): Html | Promise<Html>;
}

export interface DrawnAround {
  readonly source: CardSource;
  /** What is stored beside the data; null where nothing is. */
  bytes(): Uint8Array | null;
  /** The components within it, drawn. */
  readonly holds: readonly Html[];
  /** A text that no other component of the page has. */
  readonly unique: string;
}
