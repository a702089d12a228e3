import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { engineSettingKeys } from "../../../engines/index.ts";
import { checkStore } from "../../../datastore/maintenance/check-store.ts";
import { openDatastore } from "../../../datastore/datastore.ts";
import type { FsckFlags } from "./flags.ts";
import type { StoreContext } from "../../cli-context.ts";
import { onInterrupt } from "../../on-interrupt.ts";
import { fsckText } from "./text.ts";

/** Between two notes of progress. */
const NOTE_MS = 2000;

export async function runFsck(context: StoreContext, flags: FsckFlags): Promise<void> {
  const output = context.output(flags);
  const location = context.settings.datastoreLocation(flags.datastore, engineSettingKeys());
  const store = openDatastore(location, { settings: context.settings.store, isForCare: true });
  const stopping = new AbortController();
  const interruption = onInterrupt(
    () => stopping.abort(interrupted()),
    () => output.note("interrupted: fsck stops after its current operation"),
  );
  let notedAt = Date.now();
  const progress = (text: string) => {
    if (Date.now() - notedAt < NOTE_MS) return;
    notedAt = Date.now();
    output.note(output.colors.dim(`${text} …`));
  };
  const copyOf = store.storage.isRemote ? (hash: string) => copyHere(location, hash) : null;
  const asked = { isQuick: flags.quick === true, isRepair: flags.repair === true };
  try {
    const report = await checkStore(store, { ...asked, copyOf, signal: stopping.signal, progress });
    if (output.isJson) output.json(report);
    else output.print(fsckText(report, { colors: output.colors, location }));
    if (report.kinds.some(({ count, repaired }) => repaired < count)) process.exitCode = 1;
  } catch (error) {
    if (!interruption.happened() || error !== stopping.signal.reason) throw error;
    output.note((error as MillraceError).headline);
    process.exitCode = 130;
  } finally {
    interruption.stop();
  }
}

/** Blobs of a bucket that were used here lie in a cache on this machine. */
function copyHere(location: string, hash: string): Uint8Array | null {
  try {
    return openDatastore(location).blobs.get(hash);
  } catch {
    return null;
  }
}

function interrupted(): MillraceError {
  return new MillraceError({
    code: "MILLRACE_INTERRUPTED",
    headline: "fsck was interrupted before it had read everything: run it again",
  });
}
