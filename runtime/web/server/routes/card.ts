import type { CardAnswer } from "../../api/shapes.ts";
import { type ApiRoute, json } from "../api-route.ts";
import { cardAsked } from "../card-asked.ts";

export const cardRoute: ApiRoute = {
  method: "GET",
  path: "/api/runs/:flow/:run/:step/:task/cards/:id",
  async answer(asked) {
    const { id, title, version, html } = await cardAsked(asked);
    return json({ id, title, version, html } satisfies CardAnswer);
  },
};
