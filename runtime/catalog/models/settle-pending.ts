import { hasCode } from "../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { isUnreadable } from "../../datastore/is-unreadable.ts";
import {
  type ModelPending,
  modelPendingKey,
  parseModelPending,
  pendingFolder,
  type PendingMove,
  type PendingRegistration,
} from "../../datastore/kinds/model-pending.ts";
import type { Observer } from "../../datastore/reader/is-alive.ts";
import { readRunHeader } from "../../datastore/reader/read-run.ts";
import { ModelStore } from "./model-store.ts";
import { tellOfMove } from "./move-alias.ts";
import { registerVersion } from "./register-version.ts";

/** A process that is about to move an alias does so by then, or never. */
const GIVEN_UP_AFTER_MS = 3_600_000;

/**
 * Finishes what a process of this model's was cut off in: whoever looks at a model does this first. A task that was
 * committed has registered its version, whatever became of the process that executed it.
 * @param observer - defaults to this machine, now
 */
export function settlePending(store: Datastore, model: string, observer?: Observer): void {
  const folder = pendingFolder(model);
  for (const name of store.storage.list(folder)) {
    const id = name.replace(/\.json$/, "");
    try {
      const pending = readPending(store, modelPendingKey(model, id));
      if (pending === null || !isSettled(store, pending, observer)) continue;
      store.storage.remove([modelPendingKey(model, id)]);
    } catch (error) {
      // Who may only read leaves it to others, and fsck tells what is damaged.
      if (!isUnreadable(error) && !hasCode(error, "MILLRACE_STORAGE")) throw error;
    }
  }
}

function readPending(store: Datastore, key: string): ModelPending | null {
  const bytes = store.storage.read(key);
  return bytes === null ? null : parseModelPending(Buffer.from(bytes).toString(), key);
}

/** True once nothing more comes of it. */
function isSettled(store: Datastore, pending: ModelPending, observer: Observer | undefined): boolean {
  return pending.what === "move" ? isMoveSettled(store, pending, observer) : isRegistered(store, pending, observer);
}

function isMoveSettled(store: Datastore, { model, sequence, id, time }: PendingMove, observer?: Observer): boolean {
  const move = new ModelStore(store).move(model, sequence);
  if (move === null) return (observer?.now() ?? Date.now()) - time > GIVEN_UP_AFTER_MS;
  if (move.id === id) tellOfMove(store, move);
  return true;
}

function isRegistered(store: Datastore, pending: PendingRegistration, observer?: Observer): boolean {
  // In this order: a run that is over commits nothing more.
  const isOver = isRunOver(store, pending, observer);
  if (!isCommitted(store, pending)) return isOver;
  registerVersion(store, pending);
  return true;
}

function isRunOver(store: Datastore, { draft }: PendingRegistration, observer?: Observer): boolean {
  const { flow, run } = draft.source;
  try {
    const { status } = readRunHeader(store, { flow, run, observer });
    return status !== "running" && status !== "pending";
  } catch (error) {
    if (hasCode(error, "MILLRACE_UNKNOWN_RUN")) return true;
    throw error;
  }
}

function isCommitted(store: Datastore, { draft, pid }: PendingRegistration): boolean {
  const { flow, run, step, task, attempt } = draft.source;
  for (const { result } of store.record(flow, run).committed({ by: pid })) {
    const isIt = result.step === step && result.task === task && result.attempt === attempt;
    if (isIt && result.status === "succeeded") return true;
  }
  return false;
}
