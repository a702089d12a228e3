import type { EngineSettingTable } from "../../engines/engine.ts";

/** Beside those of the engine `kubernetes`: context, namespace, account, volume. */
export const ARGO_SETTINGS = {
  /** EventSource of Argo Events whose events start deployments; their names are those of `@trigger`. */
  eventSource: { variable: "MILLRACE_ARGO_EVENT_SOURCE", key: "argoEventSource" },
  /** Account as which Sensors create workflows. */
  sensorAccount: { variable: "MILLRACE_ARGO_SENSOR_ACCOUNT", key: "argoSensorAccount" },
} as const satisfies EngineSettingTable;
