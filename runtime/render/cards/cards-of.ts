import type { CardSettings } from "../../../sdk/base/step-settings.ts";
import { hashOf } from "../../datastore/blobs.ts";
import { cardsPlace } from "../../datastore/reader/cards-place.ts";
import { cardsKey } from "../../datastore/run-keys.ts";
import type { CardSource } from "./card-source.ts";

/** A card of a task, as it is listed. */
export interface ListedCard {
  readonly id: string;
  readonly title: string;
  /** Changes when the card does. */
  readonly version: string;
}

/** Each line has its time, and what changed. */
const END_BYTES = 2048;

/** The cards that the task's step declares. Nothing of what stands on them is read. */
export function cardsOf(source: CardSource): readonly ListedCard[] {
  const { store, run, task, attempt } = source;
  const settings = cardSettings(source);
  if (settings.length === 0) return [];
  const place = cardsPlace(store, { flow: run.flow, run: run.run, task, attempt });
  const end = place === null ? null : store.storage.end(cardsKey(place), END_BYTES);
  const stored = end === null ? "" : hashOf([end.bytes]).slice(0, 12);
  // What the default card shows beside changes with the attempt and its end.
  const version = `${task.attempt}-${task.status}-${stored}`;
  return settings.map(({ id, title }) => ({ id, title: title ?? titleOf(id, task.step), version }));
}

export function cardSettings({ run, task }: Pick<CardSource, "run" | "task">): readonly CardSettings[] {
  return run.document.graph.steps.find(({ name }) => name === task.step)?.settings.cards ?? [];
}

function titleOf(id: string, step: string): string {
  return id === "default" ? step : id;
}
