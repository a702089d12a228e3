import { aliasesAt, timeGiven } from "../../../catalog/models/aliases-at.ts";
import { settledModels } from "../../../catalog/models/list-models.ts";
import { localTimeText } from "../../../text/duration-text.ts";
import type { StoreContext } from "../../cli-context.ts";
import { tableText } from "../../show/table-text.ts";
import type { HistoryFlags } from "./flags.ts";
import { moveJson } from "./move-json.ts";

/** `models history NAME`: every move, or with `--at` where the aliases stood. */
export function showHistory(context: StoreContext, model: string, flags: HistoryFlags): void {
  const output = context.output(flags);
  const at = flags.at === undefined ? null : timeGiven(flags.at);
  const models = settledModels(context.datastore(flags), model);
  models.knownNumbers(model);
  if (at !== null) {
    const aliases = aliasesAt(models, { model, at });
    if (output.isJson) return output.json(aliases);
    const stood = Object.entries(aliases);
    if (stood.length === 0) return output.note(`${model} had no alias at ${new Date(at).toISOString()}`);
    const rows = stood.map(([alias, number]) => [alias, String(number)]);
    return output.print(tableText({ header: ["ALIAS", "VERSION"], right: [1], styleHeader: output.colors.dim, rows }));
  }
  const moves = models.moves(model);
  if (output.isJson) return output.json(moves.map(moveJson));
  if (moves.length === 0) return output.note(`no alias of ${model} has been set yet`);
  output.print(
    tableText({
      header: ["MOVED", "ALIAS", "FROM", "TO", "", "USER", "REASON"],
      right: [2, 3],
      styleHeader: output.colors.dim,
      rows: moves.map(({ time, alias, from, to, action, username, reason }) => [
        ...[localTimeText(time), alias, from === null ? "-" : String(from), to === null ? "-" : String(to)],
        ...[action, username, reason ?? ""],
      ]),
    }),
  );
}
