import { blobKind } from "./blob.ts";
import { cacheKind } from "./cache.ts";
import { cardsKind } from "./cards.ts";
import { checkpointKind } from "./checkpoint.ts";
import { damagedKind } from "./damaged.ts";
import { dataSketchKind } from "./data-sketch.ts";
import { eventKind } from "./event.ts";
import { featurePartsKind } from "./feature-parts.ts";
import { featureSnapshotKind } from "./feature-snapshot.ts";
import { featureVersionKind } from "./feature-version.ts";
import { featureWorkKind } from "./feature-work.ts";
import { fireKind } from "./fire.ts";
import { deploymentKind } from "./deployment.ts";
import { deploymentMoveKind } from "./deployment-move.ts";
import { gangKind } from "./gang.ts";
import { gatheredKind } from "./gathered.ts";
import { gcKind } from "./gc.ts";
import { heartbeatKind } from "./heartbeat.ts";
import { inboxKind } from "./inbox.ts";
import { jobKind } from "./job.ts";
import { journalKind } from "./journal.ts";
import { launchClaimKind, launchOrderKind } from "./launch-order.ts";
import { logKind } from "./log.ts";
import { metricsKind } from "./metrics.ts";
import { modelMoveKind } from "./model-move.ts";
import { modelPendingKind } from "./model-pending.ts";
import { modelRemovalKind } from "./model-removal.ts";
import { modelServerKind } from "./model-server.ts";
import { modelVersionKind } from "./model-version.ts";
import { outcomeKind } from "./outcome.ts";
import { packagesKind } from "./packages.ts";
import { productionSchedulerKind } from "./production-scheduler.ts";
import { progressKind } from "./progress.ts";
import type { RecordKind } from "./record-kind.ts";
import { releaseKind } from "./release.ts";
import { requestsKind } from "./requests.ts";
import { resultKind } from "./result.ts";
import { runKind } from "./run.ts";
import { stopKind } from "./stop.ts";
import { storeKind } from "./store.ts";
import { tagsKind } from "./tags.ts";
import { exitHookKind, taskEventKind } from "./task-event.ts";
import { toldKind } from "./told.ts";
import { usageKind } from "./usage.ts";
import { waitsKind } from "./waits.ts";

/** All that a datastore keeps. */
export const KINDS: readonly RecordKind[] = [
  storeKind,
  blobKind,
  runKind,
  releaseKind,
  journalKind,
  taskEventKind,
  exitHookKind,
  resultKind,
  checkpointKind,
  heartbeatKind,
  progressKind,
  packagesKind,
  tagsKind,
  stopKind,
  launchOrderKind,
  launchClaimKind,
  waitsKind,
  logKind,
  metricsKind,
  cardsKind,
  usageKind,
  jobKind,
  gangKind,
  toldKind,
  eventKind,
  fireKind,
  inboxKind,
  gatheredKind,
  productionSchedulerKind,
  cacheKind,
  deploymentKind,
  deploymentMoveKind,
  modelVersionKind,
  modelMoveKind,
  modelRemovalKind,
  modelPendingKind,
  dataSketchKind,
  modelServerKind,
  requestsKind,
  outcomeKind,
  featureVersionKind,
  featureSnapshotKind,
  featurePartsKind,
  featureWorkKind,
  gcKind,
  damagedKind,
];
