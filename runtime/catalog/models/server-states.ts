import type { Datastore } from "../../datastore/datastore.ts";
import { isUnreadable } from "../../datastore/is-unreadable.ts";
import type { ModelServerRecord } from "../../datastore/kinds/model-server.ts";
import { hasCode } from "../../../sdk/base/millrace-error.ts";
import { isServerAlive, ModelServers } from "./model-servers.ts";
import { ModelStore } from "./model-store.ts";

/**
 * What a server is found to be: it has the version that its reference means and the code that it should, another one of
 * these, or says nothing any more; or it is a canary that failed and answers nobody.
 */
export type ServerState = "right" | "wrong" | "silent" | "fallen back";

/** A server, and whether it has the version that it should have. */
export interface JudgedServer {
  readonly record: ModelServerRecord;
  readonly state: ServerState;
  /** The version that its reference means now; null where that means none any more. */
  readonly wanted: number | null;
  /** False where it runs another code package than it was told to. */
  readonly isRightCode: boolean;
}

/**
 * The servers of a model that have not ended by themselves.
 * @throws MillraceError `MILLRACE_STORAGE` where the store does not answer: that says nothing of a server
 */
export function serverStates(store: Datastore, model: string): JudgedServer[] {
  const models = new ModelStore(store);
  const running = new ModelServers(store.storage).of(model).filter(({ endedAt }) => endedAt === null);
  return running.map((record) => {
    const version = resolved(models, record.reference);
    const isRight = version?.number === record.number && version.artifact.hash === record.hash;
    const isRightCode = record.wantedCode === undefined || record.wantedCode === record.code;
    const state = isServerAlive(record) ? heldState(isRight && isRightCode, record) : "silent";
    return { record, state, wanted: version?.number ?? null, isRightCode };
  });
}

function resolved(models: ModelStore, reference: string) {
  try {
    return models.resolve(reference);
  } catch (error) {
    if (hasCode(error, "MILLRACE_MODEL") || isUnreadable(error)) return null;
    throw error;
  }
}

function heldState(isRight: boolean, { role, share }: ModelServerRecord): ServerState {
  if (role === "canary" && share === 0) return "fallen back";
  return isRight ? "right" : "wrong";
}
