import type { Datastore } from "../../datastore/datastore.ts";
import type { Inbox } from "../../datastore/inbox.ts";
import type { Settings } from "../../settings/read-settings.ts";
import type { KnownDeployments } from "./known-deployments.ts";
import type { SchedulerNews } from "./scheduler-news.ts";
import type { Troubles } from "./troubles.ts";

/** What the parts of a scheduler share. */
export interface SchedulerContext {
  /** Of this scheduler. */
  readonly id: string;
  readonly store: Datastore;
  readonly inbox: Inbox;
  readonly settings: Settings;
  readonly deployments: KnownDeployments;
  readonly troubles: Troubles;
  tell(news: SchedulerNews): void;
}
