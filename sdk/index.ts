export { FlowSpec } from "./flow-spec.ts";
export { main } from "./main.ts";
export { current, type Current } from "./current.ts";
export type { CardComponent, CurrentCard, TaskCard } from "./base/card-component.ts";
export type { FlowData, Inputs } from "./inputs.ts";
export type { Checkpoint, ForeachFrame, GpuUse, LogStep, ParallelInfo } from "./base/host.ts";

export { step, type StepOptions } from "./decorators/step.ts";
export { reuse, type ReuseOptions } from "./decorators/reuse.ts";
export { retry, type RetryFilter, type RetryOptions } from "./decorators/retry.ts";
export { timeout, type TimeoutOptions } from "./decorators/timeout.ts";
export { catchError, type CatchErrorOptions } from "./decorators/catch-error.ts";
export { cache, type CacheOptions } from "./decorators/cache.ts";
export { card, type CardOptions } from "./decorators/card.ts";
export { checkpoint } from "./decorators/checkpoint.ts";
export { concurrency, type ConcurrencyOptions } from "./decorators/concurrency.ts";
export { secrets, type SecretsOptions } from "./decorators/secrets.ts";
export type { SecretChoice, SecretSource } from "./decorators/secret-source.ts";
export { project, type ProjectOptions } from "./decorators/project.ts";
export { onExit, type ExitHook, type FinishedRun, type OnExitOptions } from "./decorators/on-exit.ts";
export { schedule, type ScheduleOptions } from "./decorators/schedule.ts";
export { trigger, type TriggerOptions } from "./decorators/trigger.ts";
export { triggerOnFinish, type TriggerOnFinishOptions } from "./decorators/trigger-on-finish.ts";
export { queue, type QueueOptions } from "./decorators/queue.ts";
export {
  type AttemptOutcome,
  decorator,
  type DecoratedTask,
  type DecoratorParts,
  type DeclaredOptions,
  type GivenOptions,
  type OptionsOf,
  type OwnStepDecorator,
} from "./decorators/decorator.ts";
export type { OwnSettings } from "./decorators/own-settings.ts";
export type { OptionDefaults } from "./base/own-decorator.ts";
export type { ModelFacts, RegisterModelOptions } from "./base/model-facts.ts";
export type { CurrentEvent, CurrentTask, CurrentTrigger } from "./base/host.ts";
export type { ClassDecorator } from "./decorators/class-decorator.ts";
export { env, type EnvOptions } from "./decorators/env.ts";
export { batch, type BatchOptions } from "./decorators/batch.ts";
export { docker, type DockerOptions } from "./decorators/docker.ts";
export type { Need, NeedFunction, NeedOf } from "./decorators/need.ts";
export { slurm, type SlurmOptions } from "./decorators/slurm.ts";
export { kubernetes, type KubernetesOptions } from "./decorators/kubernetes.ts";
export { resources, type ResourcesOptions } from "./decorators/resources.ts";
export type {
  Duration,
  FieldDecorator,
  OptionsOrFactory,
  StepDecorator,
  StepMethod,
  StepOrClassDecorator,
} from "./decorators/step-decorator.ts";

export { parameter, type ParameterDecorator, type ParameterOptions } from "./parameter.ts";
export { includeFile, type IncludeFileOptions } from "./include-file.ts";
export { config, type ConfigOptions } from "./config.ts";
export type { StandardSchemaV1 } from "@standard-schema/spec";

export { file } from "./files/file.ts";
export { directory } from "./files/directory.ts";
export type { StoredFile } from "./files/stored-file.ts";
export type { StoredDirectory } from "./files/stored-directory.ts";

export { registerType, type TypeOptions } from "./register-type.ts";
export type { ErrorCode } from "./base/error-codes.ts";
export { type ErrorParts, MillraceError } from "./base/millrace-error.ts";
