import type { Colors } from "picocolors/types.js";
import { loadArtifact } from "../../../../datastore/load-artifact.ts";
import { agoText, durationText } from "../../../../text/duration-text.ts";
import { previewText } from "../../../../text/preview-text.ts";
import { cutLine } from "../list/fitted.ts";
import { statusMark } from "../status-mark.ts";
import type { RunModel } from "./run-model.ts";

/** Of parameters those are shown whose value stands in the record itself. */
const MAX_PARAMETERS = 12;

/** What is to be said of a run above its steps; each line for as many cells as there are. */
export function runLines(
  model: RunModel,
  { parameters, colors }: { parameters: string; colors: Colors },
): ((room: number) => string)[] {
  const { document, status, reason, fault } = model;
  const { mark, paint } = statusMark(status, colors);
  const began = agoText(document.createdAt, Date.now());
  const who = `${document.username} on ${document.host}`;
  const head = `${mark} ${status} ${status === "running" ? "for" : "after"} ${durationText(model.tookMs)}`;
  const tags = document.tags.join(", ");
  return [
    (room) => {
      const first = cutLine(head, room);
      return `${paint(first)}${colors.dim(cutLine(`  ${began}  ${who}`, room - first.length))}`;
    },
    ...(reason === null ? [] : [(room: number) => colors.red(cutLine(reason, room))]),
    ...(fault === null ? [] : [(room: number) => colors.red(cutLine(`damaged: ${fault}`, room))]),
    ...(parameters === "" ? [] : [(room: number) => cutLine(parameters, room)]),
    ...(tags === "" ? [] : [(room: number) => colors.dim(cutLine(`tags ${tags}`, room))]),
  ];
}

/** `rate=0.1  epochs=20` */
export function parametersText({ store, document }: RunModel): string {
  const small = Object.entries(document.parameters).filter(([, { data }]) => data !== undefined);
  return small
    .slice(0, MAX_PARAMETERS)
    .map(([name, ref]) => {
      try {
        return `${name}=${previewText(loadArtifact(store.blobs, name, ref), { maxDepth: null, hasColors: false })}`;
      } catch {
        return `${name}=?`;
      }
    })
    .join("  ");
}
