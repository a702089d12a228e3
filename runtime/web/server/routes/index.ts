import type { ApiRoute } from "../api-route.ts";
import { columnsRoute } from "./columns.ts";
import { eventsRoute } from "./events.ts";
import { runRoute } from "./run.ts";
import { runsRoute } from "./runs.ts";
import { tagsRoute } from "./tags.ts";
import { taskRoute } from "./task.ts";
import { tasksRoute } from "./tasks.ts";

/** The API, in the order in which its paths are looked through: what is named goes before what stands for any name. */
export const ROUTES: readonly ApiRoute[] = [
  runsRoute,
  runRoute,
  columnsRoute,
  tasksRoute,
  tagsRoute,
  taskRoute,
  eventsRoute,
];
