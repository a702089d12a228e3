import { fields, text } from "../../../datastore/shapes/checks.ts";
import { loadArtifact } from "../../../datastore/load-artifact.ts";
import { refIn } from "../../../datastore/records.ts";
import type { CardArtifactData } from "../../../../sdk/cards/artifact.ts";
import { sizeText } from "../../../text/size-text.ts";
import { markup } from "../../html.ts";
import { valueView } from "../../value-view.ts";
import type { CardPart } from "../card-part.ts";
import { artifactsOf } from "../artifacts-of.ts";

const MAX_BYTES = 64_000_000;

export const artifactPart: CardPart<CardArtifactData> = {
  kind: "artifact",
  check: fields({ name: text }),
  draw({ name }, { source }) {
    const ref = refIn(artifactsOf(source), name);
    if (ref === undefined) return markup`<div class="dim">${name}: the task has stored no artifact of this name</div>`;
    const head = markup`<div><b>${name}</b> <span class="dim">${ref.type}, ${sizeText(ref.size)}</span></div>`;
    if (ref.size > MAX_BYTES) return markup`${head}<div class="dim">it is large and is not shown</div>`;
    return markup`${head}${valueView(loadArtifact(source.store.blobs, name, ref))}`;
  },
};
