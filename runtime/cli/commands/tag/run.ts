import { visibleLine } from "../../../../sdk/base/visible.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import type { RunDocument } from "../../../datastore/records.ts";
import { changeTags, replaceTags, tagsNow } from "../../../datastore/change-tags.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { BranchOptions } from "../../owner-meant.ts";
import { runMeant } from "../../run-meant.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";

export interface TagsOptions extends InspectOptions, BranchOptions {
  readonly run: string;
}

export interface EditTagsOptions extends TagsOptions {
  readonly op: "add" | "remove" | "replace";
  readonly tags: readonly string[];
}

export function showTags(context: StoreContext, options: TagsOptions): void {
  const output = context.output(options);
  const store = context.datastore(options);
  const document = documentOf(context, store, options);
  const tags = tagsNow(store.storage, document);
  const { flow, run } = document;
  if (output.isJson) return output.json({ flow, run, tags });
  if (tags.length === 0) return output.note(`${flow}/${run} has no tags`);
  output.print(tags.map(visibleLine).join("\n"));
}

export function editTags(context: StoreContext, { op, tags: named, ...options }: EditTagsOptions): void {
  const output = context.output(options);
  const store = context.datastore(options);
  const document = documentOf(context, store, options);
  const { storage } = store;
  const before = tagsNow(storage, document);
  const tags =
    op === "replace"
      ? replaceTags(storage, document, named)
      : changeTags(storage, document, op === "add" ? { add: named } : { remove: named });
  const added = tags.filter((tag) => !before.includes(tag));
  const removed = before.filter((tag) => !tags.includes(tag));
  const { flow, run } = document;
  if (output.isJson) return output.json({ flow, run, tags, added, removed });
  const changes = [...added.map((tag) => `+${tag}`), ...removed.map((tag) => `-${tag}`)];
  output.note(`${flow}/${run}: ${changes.join(" ") || "nothing to change"}`);
  if (tags.length > 0) output.print(tags.map(visibleLine).join("\n"));
}

function documentOf(context: StoreContext, store: Datastore, options: TagsOptions): RunDocument {
  const { flow, run } = runMeant(context, store, options);
  return store.record(flow, run).document();
}
