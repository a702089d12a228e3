/** tsx sends a signal again that it does not know to have arrived; keys that are pressed twice come no faster. */
export const SAME_SIGNAL_MS = 250;
