import { openDatastore, prepareDatastore } from "../../runtime/datastore/datastore.ts";
import { RequestLog } from "../../runtime/monitoring/request-log.ts";
import { served } from "./served.ts";

/** Logs a request every millisecond until it is killed, and says so. */
const [location = ""] = process.argv.slice(2);
const store = openDatastore(location);
prepareDatastore(store);
const log = new RequestLog({ store, model: "churn", server: "a", sample: 1 });
let count = 0;
setInterval(() => {
  log.add(served(Date.now(), { id: `r${count}` }));
  count += 1;
  process.stdout.write(`${count}\n`);
}, 1);
