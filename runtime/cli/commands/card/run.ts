import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { ItemLabels } from "../../../datastore/reader/item-labels.ts";
import { resolvePathspec, type ResolvedPathspec } from "../../../datastore/reader/resolve-pathspec.ts";
import { type ListedCard, cardsOf } from "../../../render/cards/cards-of.ts";
import { loadCardRender } from "../../../render/cards/load-card-render.ts";
import { userPath } from "../../../settings/user-path.ts";
import { taskName } from "../../../text/task-name.ts";
import type { StoreContext } from "../../cli-context.ts";
import { flowMeant } from "../../flow-meant.ts";
import { openBrowser } from "../../open-browser.ts";
import { ownerMeant } from "../../owner-meant.ts";
import { tableText } from "../../show/table-text.ts";
import { cardMeant } from "./card-meant.ts";
import type { GetCardFlags, ListCardsFlags, ViewCardFlags } from "./flags.ts";

interface OfPathspec {
  readonly pathspec: string;
}

export function listCards(context: StoreContext, options: ListCardsFlags & OfPathspec): void {
  const output = context.output(options);
  const store = context.datastore(options);
  const { run, tasks } = chosenTasks(context, store, options);
  const labels = new ItemLabels(store.blobs);
  const found = tasks.flatMap((task) => cardsOf({ store, run, task }).map((card) => ({ task, card })));
  if (output.isJson) {
    const cards = found.map(({ task: { step, task }, card: { id, title } }) => ({ step, task, id, title }));
    return output.json({ flow: run.flow, run: run.run, cards });
  }
  if (found.length === 0)
    return output.note(`no task of ${run.flow}/${run.run} has a card: write @card() before a step`);
  const rows = found.map(({ task, card }) => [
    taskName({ step: task.step, task: task.task, label: labels.of(task.place) }),
    card.id,
    card.title,
    task.status,
  ]);
  output.print(tableText({ header: ["task", "id", "title", "status"], rows, styleHeader: output.colors.dim }));
}

/** Writes it where the browser finds it. */
export async function viewCard(context: StoreContext, options: ViewCardFlags & OfPathspec): Promise<void> {
  const output = context.output(options);
  const { card, html } = await drawn(context, options);
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "millrace-card-"));
  const file = path.join(folder, `${card.id}.html`);
  await fs.writeFile(file, html);
  if (output.isJson) return output.json({ id: card.id, title: card.title, file });
  output.print(file);
  if (output.isLive) openBrowser(pathToFileURL(file).href, (text) => output.note(text));
}

export async function getCard(context: StoreContext, options: GetCardFlags & OfPathspec): Promise<void> {
  const output = context.output(options);
  const { card, html } = await drawn(context, options);
  if (options.out === undefined) {
    if (output.isJson) return output.json({ id: card.id, title: card.title, html });
    return output.raw(html);
  }
  const file = userPath(options.out, context.cwd);
  try {
    await fs.writeFile(file, html);
  } catch (cause) {
    throw new MillraceError({
      code: "MILLRACE_FILE",
      headline: `Cannot write the card because the file cannot be written: ${messageOf(cause)}`,
      hint: "give a place in a folder that exists",
      cause,
    });
  }
  if (output.isJson) return output.json({ id: card.id, title: card.title, file });
  output.note(`wrote ${file}`);
}

async function drawn(
  context: StoreContext,
  options: ViewCardFlags & OfPathspec,
): Promise<{ readonly card: ListedCard; readonly html: string }> {
  const store = context.datastore(options);
  const chosen = chosenTasks(context, store, options);
  const { source, id } = cardMeant(store, { chosen, ...options });
  const { drawCard, cardFile } = loadCardRender();
  const card = await drawCard(source, id);
  if (card === null) throw new Error(`This is a bug in Millrace: the card ${id} was listed and is not there`);
  return { card, html: cardFile(card) };
}

function chosenTasks(
  context: StoreContext,
  store: Datastore,
  { pathspec: text, ...options }: ListCardsFlags & OfPathspec,
): ResolvedPathspec {
  return resolvePathspec(store, {
    flow: flowMeant(context, { store, text }),
    text,
    owner: ownerMeant(context, options),
  });
}
