import { faultIn, fields, list, optional, text } from "../../../datastore/shapes/checks.ts";
import { changeTags } from "../../../datastore/change-tags.ts";
import type { TagsAnswer, TagsChange } from "../../api/shapes.ts";
import { RefusedRequest } from "../refused-request.ts";
import { json, type ApiRoute } from "../api-route.ts";
import { runAsked } from "../task-asked.ts";

const change = fields({ add: optional(list(text)), remove: optional(list(text)) });

export const tagsRoute: ApiRoute = {
  method: "POST",
  path: "/api/runs/:flow/:run/tags",
  answer(asked) {
    const { served, body } = asked;
    const fault = faultIn(change, body);
    if (fault !== null)
      throw new RefusedRequest(400, { headline: `Cannot change the tags because the body is wrong: ${fault}` });
    const opened = runAsked(asked);
    const { document, flow, run } = opened.now();
    const tags = changeTags(served.store.storage, document, body as TagsChange);
    served.list.forget({ flow, run });
    opened.renew();
    const value: TagsAnswer = { tags };
    return json(value);
  },
};
