import type { Colors } from "picocolors/types.js";
import type { FsckReport, Leftovers, Problem } from "../../../datastore/maintenance/problem.ts";
import { counted } from "../../../text/counted.ts";
import { sizeText } from "../../../text/size-text.ts";

export function fsckText(report: FsckReport, { colors, location }: { colors: Colors; location: string }): string {
  const { checked, problems, kinds, isQuick, leftovers } = report;
  const { runs, results, blobs, bytes } = checked;
  const scope = `${location}: ${counted(runs, "run")}, ${counted(results, "result")}, ${counted(blobs, "blob")} (${sizeText(bytes)})`;
  const repaired = kinds.reduce((sum, kind) => sum + kind.repaired, 0);
  const left = kinds.reduce((sum, kind) => sum + kind.count, 0) - repaired;
  const verdict = [
    left === 0 ? colors.green("sound") : colors.red(counted(left, "problem")),
    ...(repaired > 0 ? [`${repaired} repaired`] : []),
    ...(isQuick ? ["quick: the bytes of the artifacts were not read"] : []),
  ].join(", ");
  const rest = leftoversText(leftovers);
  return [
    ...problems.map((one) => problemText(one, colors)),
    ...moreText(report),
    `${scope}: ${verdict}`,
    ...(rest === "" ? [] : [colors.dim(rest)]),
  ].join("\n");
}

function problemText({ kind, place, seen, loses, lossCount, mend, isRepaired }: Problem, colors: Colors): string {
  const mark = isRepaired ? colors.green("repaired") : colors.red("problem");
  const more = lossCount > loses.length ? [`    … ${lossCount - loses.length} more`] : [];
  return [
    `${mark} ${kind} ${place}`,
    `  ${seen}`,
    ...(loses.length === 0 ? [] : ["  lost:", ...loses.map((text) => `    ${text}`), ...more]),
    ...(isRepaired ? [] : [`  ${colors.cyan("fix:")} ${mend}`]),
  ].join("\n");
}

/** Of many problems of a kind the first were told. */
function moreText({ problems, kinds }: FsckReport): string[] {
  return kinds.flatMap(({ kind, count, repaired }) => {
    const told = problems.filter((one) => one.kind === kind).length;
    const mended = repaired === 0 ? "" : `, ${repaired} of all repaired`;
    return count === told ? [] : [`… ${count - told} more of the kind ${kind} (${count} in all${mended})`];
  });
}

/** Harmless; nothing has to be done about it. */
function leftoversText({ temporary, rests, deadCacheEntries, setAside }: Leftovers): string {
  const parts = [
    ...(temporary > 0 ? [counted(temporary, "unfinished file")] : []),
    ...(rests > 0 ? [`what is left of ${counted(rests, "removed run")}`] : []),
    ...(deadCacheEntries > 0 ? [`cache entries whose result is gone: ${deadCacheEntries}`] : []),
  ];
  const garbage = parts.length === 0 ? "" : `gc removes: ${parts.join(", ")}`;
  const aside = setAside === 0 ? "" : `set aside under damaged/: ${counted(setAside, "blob")}, which you may delete`;
  return [garbage, aside].filter((text) => text !== "").join("\n");
}
