import type { InitializeHook, ResolveHook } from "node:module";
import { contextFor } from "./context-for.ts";
import { type ResolutionPlace, resolutionPlace, type StepPackages } from "./resolution-place.ts";

let placeFor: ResolutionPlace = () => null;

/** Told once, in the thread in which Node runs these hooks. */
export const initialize: InitializeHook<StepPackages> = (step) => {
  placeFor = resolutionPlace(step);
};

/** Sends imports of the step's packages to where they are installed. */
export const resolve: ResolveHook = (specifier, context, next) =>
  next(specifier, contextFor(specifier, context, placeFor));
