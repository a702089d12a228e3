import type { ServingLane } from "../lanes/serving-lane.ts";
import type { ServingLanes } from "../lanes/serving-lanes.ts";
import { metricsText, type ServiceGauges } from "./service-metrics.ts";

/** The metrics of all versions: those of a canary have a label, those of a shadow names of their own, as no client waited. */
export function laneMetrics({ stable, canary, shadow }: ServingLanes): string {
  const answering = [
    ...stable.metrics.families(gaugesOf(stable)),
    ...(canary === null ? [] : canary.metrics.families(gaugesOf(canary), ',variant="canary"')),
  ];
  if (shadow === null) return metricsText(answering);
  const { lane } = shadow;
  const shown = [...lane.metrics.families(gaugesOf(lane)), ...lane.metrics.shadowFamilies()];
  return metricsText(answering) + metricsText(shown, "millrace_shadow_");
}

function gaugesOf({ keeper, dispatcher: { waiting, running } }: ServingLane): ServiceGauges {
  return { waiting, running, version: keeper.version, workers: keeper.ready, restarts: keeper.restarts };
}
