import { listModels } from "../../../catalog/models/list-models.ts";
import type { ModelsAnswer } from "../../api/model-shapes.ts";
import { type ApiRoute, json } from "../api-route.ts";

export const modelsRoute: ApiRoute = {
  method: "GET",
  path: "/api/models",
  answer({ served }) {
    const value: ModelsAnswer = { models: listModels(served.store) };
    return json(value);
  },
};
