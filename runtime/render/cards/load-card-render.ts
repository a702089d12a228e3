import { ownProgram } from "../../own-program.ts";

/** What draws cards: a script of its own, loaded only by who looks at one. */
export function loadCardRender(): typeof import("./draw-card.ts") {
  return ownProgram("card-render", "draw") as typeof import("./draw-card.ts");
}
