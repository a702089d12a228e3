import type { Datastore } from "../../datastore/datastore.ts";
import { ItemLabels } from "../../datastore/reader/item-labels.ts";
import { LogReader } from "./log-reader.ts";
import { OpenRuns } from "./open-runs.ts";
import { RunList } from "./run-list.ts";
import { RunLog } from "./run-log.ts";

/** A datastore, with what was read of it for the page. */
export class ServedStore {
  readonly store: Datastore;
  readonly isReadOnly: boolean;
  readonly runs: OpenRuns;
  readonly list: RunList;
  readonly labels: ItemLabels;
  readonly logs: LogReader;
  readonly runLog: RunLog;

  constructor(store: Datastore, { isReadOnly }: { readonly isReadOnly: boolean }) {
    this.store = store;
    this.isReadOnly = isReadOnly;
    this.runs = new OpenRuns(store);
    this.list = new RunList(store, this.runs);
    this.labels = new ItemLabels(store.blobs);
    this.logs = new LogReader(store.storage);
    this.runLog = new RunLog(store.storage, this.logs);
  }
}
