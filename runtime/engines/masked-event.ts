import type { RunSecrets } from "../secrets/run-secrets.ts";
import type { BackendEvent } from "./compute-backend.ts";

/** What an engine tells, before it is recorded or shown. */
export function maskedEvent(event: BackendEvent, { redactor }: RunSecrets): BackendEvent {
  if (redactor === null) return event;
  switch (event.type) {
    case "began":
    case "returned":
      return event;
    case "logged":
      return { ...event, text: redactor.text(event.text) };
    case "progressed":
      return { ...event, note: redactor.text(event.note) };
    case "waits":
      return event.reason === null ? event : { ...event, reason: redactor.text(event.reason) };
    case "ended": {
      const { outcome } = event;
      if (outcome.status === "succeeded") return event;
      return { ...event, outcome: { ...outcome, error: redactor.data(outcome.error) } };
    }
  }
}
