import { z } from "zod";

/** A penguin as it was measured, in millimetres and grams. */
export const Penguin = z.object({
  beakLength: z.number().positive(),
  beakDepth: z.number().positive(),
  flipperLength: z.number().positive(),
  bodyMass: z.number().positive(),
});

/** The likeliest species. */
export const Guess = z.object({ species: z.string(), probability: z.number() });
