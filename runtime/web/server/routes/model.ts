import { aliasesOf } from "../../../catalog/models/aliases-of.ts";
import { gitText } from "../../../catalog/models/git-text.ts";
import { lineageFacts } from "../../../catalog/models/lineage-facts.ts";
import { listVersions } from "../../../catalog/models/list-models.ts";
import { ModelStore } from "../../../catalog/models/model-store.ts";
import type { Blobs } from "../../../datastore/blobs.ts";
import type { ModelMove } from "../../../datastore/kinds/model-move.ts";
import type { ModelVersion } from "../../../datastore/kinds/model-version.ts";
import type { ModelAnswer, ModelMoveRow, ModelVersionRow } from "../../api/model-shapes.ts";
import { type ApiRoute, json } from "../api-route.ts";
import { numberIn } from "../query.ts";
import { shownParameters } from "../shown-parameters.ts";

const MAX_MOVES = 1000;

export const modelRoute: ApiRoute = {
  method: "GET",
  path: "/api/models/:model",
  answer({ served: { store }, params: { model = "" }, query }) {
    const limit = Math.max(numberIn(query, "limit", { otherwise: 100, max: 1000 }), 1);
    const { versions, count, aliases } = listVersions(store, { model, limit });
    const rows = versions.map((version) => rowOf(store.blobs, { version, aliases }));
    const moves = new ModelStore(store).moves(model, MAX_MOVES).map(moveRow);
    const value: ModelAnswer = { name: model, aliases, count, versions: rows.reverse(), moves: moves.reverse() };
    return json(value);
  },
};

function rowOf(
  blobs: Blobs,
  { version, aliases }: { readonly version: ModelVersion; readonly aliases: Readonly<Record<string, number>> },
): ModelVersionRow {
  const { number, metrics, description, artifact, source, lineage, time: registeredAt, username: user } = version;
  const { code, git, environment, data, features } = lineageFacts(version);
  const { flow, run, step, task } = source;
  return {
    ...{ number, aliases: aliasesOf(version, aliases), metrics, description, registeredAt, user },
    ...{ type: artifact.type, size: artifact.size, hash: artifact.hash },
    ...{ flow, run, step, task, artifact: source.artifact },
    lineage: {
      ...{ code: code.hash, flowFile: code.file, commit: git === null ? null : gitText(git), ...environment },
      parameters: shownParameters(blobs, { ...lineage.configs, ...lineage.parameters }),
      data: data.map(({ name, type, hash }) => ({ name, type, hash })),
      features: features.map(({ view, version: ofView, features: names }) => ({
        view,
        version: ofView,
        features: names,
      })),
    },
  };
}

function moveRow({ alias, from, to, action, username: user, time: at, reason }: ModelMove): ModelMoveRow {
  return { alias, from, to, action, user, at, reason };
}
