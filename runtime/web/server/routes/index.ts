import type { ApiRoute } from "../api-route.ts";
import { artifactRoute } from "./artifact.ts";
import { cardPageRoute } from "./card-page.ts";
import { cardRoute } from "./card.ts";
import { codeRoute } from "./code.ts";
import { columnsRoute } from "./columns.ts";
import { compareRoute } from "./compare.ts";
import { eventsRoute } from "./events.ts";
import { featureViewRoute } from "./feature-view.ts";
import { featuresRoute } from "./features.ts";
import { logsRoute } from "./logs.ts";
import { modelRoute } from "./model.ts";
import { modelsRoute } from "./models.ts";
import { monitorRoute } from "./monitor.ts";
import { runLogsRoute } from "./run-logs.ts";
import { runMetricsRoute } from "./run-metrics.ts";
import { runRoute } from "./run.ts";
import { runsRoute } from "./runs.ts";
import { tagsRoute } from "./tags.ts";
import { taskMetricsRoute } from "./task-metrics.ts";
import { taskRoute } from "./task.ts";
import { taskUsageRoute } from "./task-usage.ts";
import { tasksRoute } from "./tasks.ts";
import { usageRoute } from "./usage.ts";

/** The API, in the order in which its paths are looked through: what is named goes before what stands for any name. */
export const ROUTES: readonly ApiRoute[] = [
  runsRoute,
  runRoute,
  columnsRoute,
  tasksRoute,
  tagsRoute,
  runLogsRoute,
  runMetricsRoute,
  usageRoute,
  codeRoute,
  taskRoute,
  logsRoute,
  taskMetricsRoute,
  taskUsageRoute,
  artifactRoute,
  cardRoute,
  cardPageRoute,
  compareRoute,
  modelsRoute,
  modelRoute,
  monitorRoute,
  featuresRoute,
  featureViewRoute,
  eventsRoute,
];
