import type { StopRequest } from "../../datastore/kinds/stop.ts";
import type { StopRequests } from "../../datastore/stop-requests.ts";
import { BEAT_MS } from "./heartbeat.ts";

export interface WatchForStopOptions {
  /** True where each look is a request. */
  readonly isRemote: boolean;
  /** Called once. */
  onStop(request: StopRequest): void;
  /** A look failed: the store cannot be reached, or holds something else there. */
  onError(error: unknown): void;
}

/** How often a run looks whether it is asked to stop; in a bucket, once a heartbeat. */
const LOOK_MS = 1_000;

/** Looks whether a run is asked to stop, until it is or what this returns is called. */
export function watchForStop(requests: Pick<StopRequests, "look">, options: WatchForStopOptions): () => void {
  let isOver = false;
  let isLooking = false;
  const timer = setInterval(() => void look(), options.isRemote ? BEAT_MS : LOOK_MS);
  return close;

  async function look(): Promise<void> {
    // A look that takes long is not joined by others.
    if (isLooking) return;
    isLooking = true;
    try {
      const request = await requests.look();
      if (request !== null) tell(() => options.onStop(request));
    } catch (error) {
      tell(() => options.onError(error));
    } finally {
      isLooking = false;
    }
  }

  function tell(what: () => void): void {
    if (isOver) return;
    close();
    what();
  }

  function close(): void {
    isOver = true;
    clearInterval(timer);
  }
}
