import { checkFeatures } from "../../../monitoring/check-features.ts";
import { spanMs } from "../../../monitoring/span-ms.ts";
import { counted } from "../../../text/counted.ts";
import type { StoreContext } from "../../cli-context.ts";
import { tableText } from "../../show/table-text.ts";
import type { CheckFlags } from "./flags.ts";
import { viewsInFile } from "./views-in-file.ts";

/** `features check FILE --model NAME`. */
export async function checkServedFeatures(context: StoreContext, file: string, flags: CheckFlags): Promise<void> {
  const output = context.output(flags);
  const { model } = flags;
  const to = Date.now();
  const window = { from: to - spanMs(flags.window), to };
  const views = await viewsInFile(context, file);
  const report = await checkFeatures(context.datastore(flags), { model, window, views });
  const { features, requests, notes, uncompared } = report;
  const found = features.filter(({ different }) => different > 0);
  // What nobody could compare is not known to be right.
  if (found.length > 0 || uncompared.length > 0) process.exitCode = 1;
  if (output.isJson) {
    const said = features.map(({ examples, ...one }) => ({
      ...one,
      share: shareOf(one),
      examples: examples.map((example) => ({ ...example, at: instantText(example.at) })),
    }));
    return output.json({
      model,
      from: instantText(window.from),
      to: instantText(to),
      requests,
      ...{ features: said, notes, uncompared },
    });
  }
  for (const note of [...notes, ...uncompared]) output.note(note);
  if (requests === 0)
    return output.print(
      `${model}: no request of the last ${flags.window} for which features were looked up ${uncompared.length === 0 ? "is in" : "can be read in"} the log`,
    );
  output.print(
    tableText({
      header: ["FEATURE", "ROWS", "DIFFERENT", "SHARE"],
      right: [1, 2, 3],
      styleHeader: output.colors.dim,
      rows: features.map((one) => [
        `${one.view}.${one.feature}`,
        String(one.rows),
        String(one.different),
        `${Number((shareOf(one) * 100).toPrecision(3))}%`,
      ]),
    }),
  );
  const asked = counted(requests, "request");
  if (found.length === 0)
    return output.print(
      uncompared.length === 0
        ? `\n${asked}: what was served is what training sees`
        : `\n${asked}: what could be compared is what training sees; not all could`,
    );
  output.print("\nserved, and what training sees");
  output.print(
    tableText({
      header: ["FEATURE", "KEYS", "AT", "SERVED", "TRAINING", "REQUEST"],
      indent: "  ",
      styleHeader: output.colors.dim,
      rows: found.flatMap(({ view, feature, examples }) =>
        examples.map(({ keys, at, served, computed, request }) => [
          ...[`${view}.${feature}`, Object.values(keys).join(", "), instantText(at)],
          ...[JSON.stringify(served), JSON.stringify(computed), request],
        ]),
      ),
    }),
  );
}

function shareOf({ different, rows }: { readonly different: number; readonly rows: number }): number {
  return rows === 0 ? 0 : different / rows;
}

function instantText(time: number): string {
  return new Date(time).toISOString();
}
