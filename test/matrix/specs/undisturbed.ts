import { carried } from "./carried.ts";
import { constants } from "./constants.ts";
import { currentFacts } from "./current-facts.ts";
import { foreachPlace } from "./foreach-place.ts";
import { joinOrder } from "./join-order.ts";
import { lineage } from "./lineage.ts";
import { logOrder } from "./log-order.ts";
import { mergeRules } from "./merge-rules.ts";
import { outcome } from "./outcome.ts";
import { parameters } from "./parameters.ts";
import { relations } from "./relations.ts";
import type { Spec } from "./spec.ts";
import { tags } from "./tags.ts";

/** The truths that do not disturb each other: one flow per shape shows all of them in one run. */
export const UNDISTURBED: readonly Spec[] = [
  ...[outcome, lineage, carried, foreachPlace, joinOrder, mergeRules],
  ...[parameters, constants, tags, logOrder, currentFacts, relations],
];
