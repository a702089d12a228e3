import { codeFiles } from "../../../datastore/reader/code-files.ts";
import { compareCode } from "../../../datastore/reader/compare-code.ts";
import type { CodeAnswer } from "../../api/shapes.ts";
import { type ApiRoute, json } from "../api-route.ts";
import { textIn } from "../query.ts";
import { RefusedRequest } from "../refused-request.ts";
import { runAsked } from "../task-asked.ts";
import { isKeyPart } from "../../../datastore/check-key.ts";

/** The source files of a run; with `against` the patches that lead to them from those of another run of the flow. */
export const codeRoute: ApiRoute = {
  method: "GET",
  path: "/api/runs/:flow/:run/code",
  answer(asked) {
    const { store } = asked.served;
    const { flow, document } = runAsked(asked).now();
    const files = codeFiles(store.blobs, document.code);
    const against = textIn(asked.query, "against");
    if (against === null) return json(answerOf(Object.entries(files)));
    if (!isKeyPart(against))
      throw new RefusedRequest(400, { headline: "Cannot compare the code because against is not a run's id" });
    const other = store.record(flow, against).document();
    const { changes } = compareCode(codeFiles(store.blobs, other.code), files);
    return json(answerOf(changes.map(({ path, patch }) => [path, patch])));
  },
};

function answerOf(texts: readonly (readonly [string, string])[]): CodeAnswer {
  return { files: texts.map(([path, text]) => ({ path, text })) };
}
