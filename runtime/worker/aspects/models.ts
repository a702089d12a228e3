import { createHash } from "node:crypto";
import os from "node:os";
import { messageOf } from "../../../sdk/base/message-of.ts";
import { type CheckedRegistration, checkRegistration } from "../../catalog/models/check-registration.ts";
import { draftOf } from "../../catalog/models/draft-of.ts";
import { didYouMean, modelError, shown } from "../../catalog/models/model-error.ts";
import { ModelStore } from "../../catalog/models/model-store.ts";
import { lastBefore, registerVersion } from "../../catalog/models/register-version.ts";
import { modelPendingKey, type PendingRegistration } from "../../datastore/kinds/model-pending.ts";
import { type AttemptResult, RECORD_FORMAT, refIn } from "../../datastore/records.ts";
import type { StepAttempt } from "../step-attempt.ts";
import type { Aspect } from "./aspect.ts";

const OPTIONS = ["artifact", "metrics", "input", "output", "description", "reference"];

/** What the step asks to be registered. */
interface Asked {
  readonly model: string;
  readonly artifact: string;
  readonly given: CheckedRegistration;
}

/**
 * `current.registerModel`: noted before the task is committed, done after. Where the process dies in between, whoever looks at
 * the model next finds the note, and the result.
 */
export const MODELS: Aspect = {
  name: "models",
  isFor: () => true,
  begin(attempt) {
    const asked: Asked[] = [];
    let noted: readonly PendingRegistration[] = [];
    return {
      current: {
        registerModel(model, options) {
          asked.push(checkedAsk(model, options));
        },
      },
      committing(result) {
        if (result.status === "succeeded" && asked.length > 0) noted = note(attempt, { asked, result });
      },
      after() {
        for (const pending of noted) register(attempt, pending);
      },
    };
  },
};

function checkedAsk(model: string, options: { readonly artifact: string }): Asked {
  const given = checkRegistration(model, { options, names: OPTIONS });
  const { artifact } = options;
  if (typeof artifact === "string" && artifact !== "") return { model, artifact, given };
  throw modelError(`Cannot register ${model} because its artifact is not the name of a field: ${shown(artifact)}`, {
    hint: 'name the field that holds the model, as in { artifact: "model" }',
  });
}

function note(
  attempt: StepAttempt,
  { asked, result }: { readonly asked: readonly Asked[]; readonly result: AttemptResult },
): readonly PendingRegistration[] {
  const { flow } = attempt;
  if (flow.setup.isSpin === true) {
    process.stderr.write(`a step that is tried out registers nothing: ${asked.map(({ model }) => model).join(", ")}\n`);
    return [];
  }
  return asked.map((one, index) => {
    const pending = pendingOf(attempt, { ...one, result, index });
    const key = modelPendingKey(one.model, `${pending.draft.registration}-${result.attempt}`);
    flow.storage.write(key, [Buffer.from(`${JSON.stringify(pending)}\n`)]);
    return pending;
  });
}

function pendingOf(
  { flow, redactor }: StepAttempt,
  { model, artifact, given, result, index }: Asked & { readonly result: AttemptResult; readonly index: number },
): PendingRegistration {
  const { document, store } = flow;
  const ref = refIn(result.artifacts, artifact) ?? refIn(document.parameters, artifact);
  if (ref === undefined) throw noArtifact({ model, artifact }, result);
  const description = given.description === null ? null : (redactor()?.text(given.description) ?? given.description);
  const place = [result.flow, result.run, result.step, result.task, index].join("/");
  const draft = draftOf(store, {
    ...{ document, result, artifact: { name: artifact, ref }, given: { ...given, description } },
    registration: createHash("sha256").update(place).digest("hex").slice(0, 32),
    ...{ username: document.username, host: os.hostname() },
  });
  // An attempt before may have been committed, and registered this, though its process could not say so.
  const after =
    result.attempt === 0
      ? (new ModelStore(store).numbers(model).at(-1) ?? 0)
      : lastBefore(store, { model, time: document.createdAt });
  return { format: RECORD_FORMAT, what: "registration", model, after, pid: flow.setup.resultsBy ?? process.pid, draft };
}

/** The task is committed, whatever happens here. */
function register({ flow }: StepAttempt, pending: PendingRegistration): void {
  const { model, draft } = pending;
  try {
    const { number } = registerVersion(flow.store, pending);
    flow.storage.remove([modelPendingKey(model, `${draft.registration}-${draft.source.attempt}`)]);
    process.stderr.write(`registered ${model}@${number}\n`);
  } catch (error) {
    process.stderr.write(`warning: ${model} will be registered when somebody looks at it: ${messageOf(error)}\n`);
  }
}

function noArtifact({ model, artifact }: Pick<Asked, "model" | "artifact">, { step, artifacts }: AttemptResult): Error {
  const names = Object.keys(artifacts);
  return modelError(`Cannot register ${model} because step ${step} leaves no artifact ${artifact}`, {
    details: [`artifacts: ${names.join(", ") || "none"}`],
    hint: didYouMean(artifact, { among: names, otherwise: `assign it: this.${artifact} = model` }),
  });
}
