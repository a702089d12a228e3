import { admit } from "./admit.ts";
import { boardRun, boardWatch } from "./board.ts";
import { byReference } from "./by-reference.ts";
import { cards } from "./cards.ts";
import { deploy } from "./deploy.ts";
import { featuresOnline, featuresOpen, featuresUnchanged } from "./features.ts";
import { featuresFeast, featuresLong, featuresWide } from "./feature-joins.ts";
import { fileCases } from "./file.ts";
import { fireBucket, fireFolder } from "./fire.ts";
import { foreach1000 } from "./foreach-1000.ts";
import { foreach10000 } from "./foreach-10000.ts";
import { foreach100000 } from "./foreach-100000.ts";
import { foreach50 } from "./foreach-50.ts";
import { join10000 } from "./join-10000.ts";
import { linear, linearTsx } from "./linear.ts";
import { metrics } from "./metrics.ts";
import { nested40x40 } from "./nested-40x40.ts";
import { noise } from "./noise.ts";
import { resume1000 } from "./resume-1000.ts";
import { reuse } from "./reuse.ts";
import { sequential } from "./sequential.ts";
import { serveCompiled, serveEcho, serveLog, servePeers } from "./serve.ts";
import { show } from "./show.ts";
import { slurmChain, slurmForeach } from "./slurm.ts";
import { storeCases } from "./store.ts";
import { uiLive, uiRun, uiRuns } from "./ui.ts";
import type { BenchCase } from "../bench-case.ts";

/** In the order of the table, quick ones first. */
export const CASES: readonly BenchCase[] = [
  noise,
  show,
  deploy,
  linear,
  linearTsx,
  sequential,
  byReference,
  metrics,
  cards,
  admit,
  foreach50,
  foreach1000,
  resume1000,
  nested40x40,
  foreach10000,
  join10000,
  foreach100000,
  reuse,
  featuresUnchanged,
  featuresOnline,
  featuresOpen,
  featuresWide,
  featuresLong,
  featuresFeast,
  boardRun,
  boardWatch,
  uiRuns,
  uiRun,
  uiLive,
  serveEcho,
  serveCompiled,
  serveLog,
  ...servePeers,
  fireFolder,
  fireBucket,
  slurmChain,
  slurmForeach,
  ...storeCases,
  ...fileCases,
];
