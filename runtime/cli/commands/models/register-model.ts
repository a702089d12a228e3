import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { checkRegistration } from "../../../catalog/models/check-registration.ts";
import {
  committedArtifact,
  type CommittedArtifact,
  registerCommitted,
} from "../../../catalog/models/register-committed.ts";
import { ModelStore } from "../../../catalog/models/model-store.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { resolvePathspec } from "../../../datastore/reader/resolve-pathspec.ts";
import { sizeText } from "../../../text/size-text.ts";
import type { StoreContext } from "../../cli-context.ts";
import { flowMeant } from "../../flow-meant.ts";
import { ownerMeant } from "../../owner-meant.ts";
import type { RegisterFlags } from "./flags.ts";
import { modelJson } from "./model-json.ts";

type RegisterCall = RegisterFlags & {
  /** Of the model. */
  readonly name: string;
  /** `latest/end/3/model` */
  readonly artifact: string;
};

/** `models register NAME ARTIFACT`: prints `churn@8`. */
export function registerModel(context: StoreContext, call: RegisterCall): void {
  const { name: model, metric = new Map<string, number>(), description } = call;
  const output = context.output(call);
  const options = { metrics: Object.fromEntries(metric), ...(description === undefined ? {} : { description }) };
  const given = checkRegistration(model, { options, names: Object.keys(options) });
  const store = context.datastore(call);
  const found = artifactMeant(context, store, call);
  const version = registerCommitted(store, { model, found, given, username: context.settings.username });
  store.storage.flush();
  const json = modelJson(version, new ModelStore(store).aliases(model).aliases);
  if (output.isJson) return output.json(json);
  output.print(`${model}@${version.number}`);
  output.note(output.colors.dim(`${json.pathspec}: ${json.type}, ${sizeText(json.size)}, ${json.hash.slice(0, 8)}`));
}

/** The task may be left out where the step has one. */
function artifactMeant(context: StoreContext, store: Datastore, call: RegisterCall): CommittedArtifact {
  const { artifact: text } = call;
  const at = text.lastIndexOf("/");
  const [place, name] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  if (place === "" || name === "" || /^\d+$/.test(name)) throw notAnArtifact(text, "it names no artifact");
  const flow = flowMeant(context, { store, text: place });
  const { run, step, tasks } = resolvePathspec(store, { text: place, flow, owner: ownerMeant(context, call) });
  if (step === null) throw notAnArtifact(text, `${name} follows a run, and a step comes first`);
  const [task, ...others] = tasks;
  if (task === undefined) throw notAnArtifact(text, `no task of ${step} has started`);
  if (others.length > 0)
    throw notAnArtifact(text, `${step} has ${tasks.length} tasks`, `${run.run}/${step}/${task.task}/${name}`);
  return committedArtifact(store, { run, task, name });
}

function notAnArtifact(text: string, seen: string, example = "latest/end/model"): MillraceError {
  return new MillraceError({
    code: "MILLRACE_PATHSPEC",
    headline: `Cannot register ${JSON.stringify(text)} because ${seen}`,
    details: ["wanted: run/step/task/artifact, with or without the flow's name and a slash before it"],
    hint: `for example ${example}; dump lists the artifacts of a task`,
  });
}
