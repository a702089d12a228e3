import { loadCardRender } from "../../../render/cards/load-card-render.ts";
import type { ApiRoute } from "../api-route.ts";
import { cardAsked } from "../card-asked.ts";

/** A card as a page of its own: the page around it shows it in a frame. */
export const cardPageRoute: ApiRoute = {
  method: "GET",
  path: "/api/runs/:flow/:run/:step/:task/cards/:id/page",
  async answer(asked) {
    const card = await cardAsked(asked);
    const { cardFile, cardPolicy } = loadCardRender();
    return { kind: "page", html: cardFile(card), policy: cardPolicy(card) };
  },
};
