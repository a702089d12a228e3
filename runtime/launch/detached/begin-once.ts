import path from "node:path";
import { errorClass } from "../../../sdk/base/error-codes.ts";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { readRelease } from "../../datastore/kinds/release.ts";
import type { RunTrigger } from "../../datastore/kinds/run-trigger.ts";
import type { ProjectPlace, RunDeployment, RunDocument } from "../../datastore/records.ts";
import type { RunEvent } from "../../datastore/run-event.ts";
import { documentKey } from "../../datastore/run-keys.ts";
import { readCodePackage } from "../../package/read-code-package.ts";
import type { Settings } from "../../settings/read-settings.ts";
import type { Release } from "../release/release.ts";
import { storedFlow } from "../release/stored-flow.ts";
import { runDocument } from "../run/run-document.ts";
import { settleValues } from "../run/settle-values.ts";

export interface BeginOnceOptions {
  readonly settings: Settings;
  /** Name of the stored release. */
  readonly release: string;
  /** The run's id, which whoever calls this has decided on: called twice, there is one run. */
  readonly run: string;
  /** Values of parameters, as texts of the command line. */
  readonly texts: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly deployment: RunDeployment;
  readonly trigger: RunTrigger;
  readonly username: string;
  readonly project: ProjectPlace | null;
  /** Another scheduler may go on with the run under its id. @defaultValue false */
  readonly mayContinue?: boolean;
  /**
   * Where the package's relative paths lie on this machine, should its code be needed for the values.
   * @defaultValue where they lay when the release was made
   */
  readonly root?: string | undefined;
}

/**
 * Records that a run of a stored release begins, whoever drives it: whoever creates its document has decided on the values.
 * Where they cannot be settled it is a failed run, which says why.
 * @throws MillraceError where the datastore or the release cannot be read or written: then it is to be called again
 */
export async function beginOnce(store: Datastore, of: BeginOnceOptions): Promise<RunDocument> {
  const document = await begunOnce(store, of);
  const { flow, run, refusal, createdAt } = document;
  if (refusal !== undefined) store.record(flow, run).createJournal(endedAtOnce(createdAt, refusal));
  return document;
}

async function begunOnce(store: Datastore, of: BeginOnceOptions): Promise<RunDocument> {
  const { run } = of;
  const release: Release = { hash: of.release, document: readRelease(store.blobs, of.release) };
  const { flow } = release.document;
  const record = store.record(flow, run);
  if (store.storage.has(documentKey({ flow, run }))) return record.document();
  const settled = await settledOrRefused(release, { ...of, store });
  const fixed = runDocument(release, {
    ...{ store, username: of.username, project: of.project, tags: of.tags, originRun: null },
    ...settled,
    millraceVersion: release.document.versions.millrace,
    createdAt: Date.now(),
    mayContinue: of.mayContinue === true && settled.refusal === undefined,
    deployed: { deployment: of.deployment, trigger: of.trigger },
  });
  const document: RunDocument = { ...fixed, run };
  return record.create(document) ? document : record.document();
}

interface SettledValues {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly refusal?: string;
}

async function settledOrRefused(
  { document }: Release,
  { store, texts, ...of }: BeginOnceOptions & { readonly store: Datastore },
): Promise<SettledValues> {
  const { flow, code, place } = document;
  const root = of.root ?? place.root;
  const flowFile = of.root === undefined ? place.file : path.join(of.root, document.flowFile);
  const given = Object.entries(texts).map(
    ([name, text]) => [name, { texts: [text], source: `parameter ${name}` }] as const,
  );
  const bundle = () => ({ code: readCodePackage(store.blobs, code), root });
  try {
    const parameters = await settleValues(
      { document, flowFile, flow: storedFlow({ flow, flowFile, bundle }) },
      // What variables say was taken when the flow was deployed: those of whoever begins the run mean nothing.
      { texts: new Map(given), values: {}, cwd: root, env: {}, store },
    );
    return { parameters };
  } catch (error) {
    if (!isMillraceError(error) || !isOfValues(error.code)) throw error;
    return { parameters: {}, refusal: [error.headline, ...error.details].join("; ") };
  }
}

/** What the values or the code are to blame for stays as it is, however often it is tried. */
function isOfValues(code: string): boolean {
  return ["usage", "flow"].includes(errorClass(code) ?? "");
}

function endedAtOnce(time: number, reason: string): readonly RunEvent[] {
  return [
    { type: "run-started", time },
    { type: "run-finished", time, status: "failed", reason },
  ];
}
