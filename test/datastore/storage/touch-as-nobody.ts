import { localStorage } from "../../../runtime/datastore/local/local-storage.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";

const NOBODY = 65_534;

const storage = localStorage(process.argv[2] ?? "");
// After all that has to be loaded: the code may be readable for its owner alone.
process.setgroups?.([]);
process.setgid?.(NOBODY);
process.setuid?.(NOBODY);
console.log(JSON.stringify(touched()));

function touched() {
  try {
    return { missing: storage.touch(["shared/old", "shared/gone"]), refreshed: storage.flush() };
  } catch (error) {
    return { failure: messageOf(error) };
  }
}
