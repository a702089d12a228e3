/** Exit codes of a container in which no outcome of the task could be written, so the code alone says what happened. */
export const CONTAINER_EXIT = {
  /** The image has no program named node. */
  noNode: 94,
  /** The bootstrap could not fetch Millrace, or the image's Node is too old. */
  bootFailed: 95,
  noOutcome: 96,
  /** Somebody other than the launcher told it to stop, as a shell says of SIGTERM. */
  stopped: 143,
} as const;
