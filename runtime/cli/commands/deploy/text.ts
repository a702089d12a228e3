import type { Colors } from "picocolors/types.js";
import type { Deployed } from "../../../deploy/deploy.ts";
import { triggerLines } from "../../show/trigger-lines.ts";
import { versionJson } from "../../show/version-json.ts";

export function deployedJson({ version, state }: Deployed, now: number): object {
  return { ...versionJson(version, now), sequence: state.sequence, isPaused: state.isPaused };
}

export function deployedText(
  { version, state, lines }: Deployed,
  { colors, now }: { readonly colors: Colors; readonly now: number },
): string {
  const { deployment, version: number, target, triggers } = version;
  const paused = state.isPaused ? `paused: deployment unpause ${deployment} lets it run` : null;
  return [
    `${colors.green("deployed")} ${deployment}, version ${number}, to ${target}`,
    ...[...triggerLines(triggers, state.isPaused ? null : now), ...(paused === null ? [] : [paused]), ...lines].map(
      (line) => `  ${line}`,
    ),
  ].join("\n");
}
