import type { DrawnCard } from "../../render/cards/draw-card.ts";
import { loadCardRender } from "../../render/cards/load-card-render.ts";
import type { Asked } from "./api-route.ts";
import { numberIn } from "./query.ts";
import { RefusedRequest } from "./refused-request.ts";
import { taskAsked } from "./task-asked.ts";

/** The card that the path names, drawn as it stands now. */
export async function cardAsked(asked: Asked): Promise<DrawnCard> {
  const { run, task } = taskAsked(asked);
  const given = numberIn(asked.query, "attempt", { otherwise: -1, max: Number.MAX_SAFE_INTEGER });
  const { store } = asked.served;
  const source = { store, run, task, attempt: given < 0 ? undefined : given };
  const card = await loadCardRender().drawCard(source, asked.params["id"] ?? "");
  if (card !== null) return card;
  throw new RefusedRequest(404, { headline: "Cannot find the card because the task has none of that id" });
}
