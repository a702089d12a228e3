import type { Caller } from "./caller.ts";
import type { JobDefinition } from "./job-definition.ts";

/** Sees that Batch has the definitions that jobs need: each is looked up once, and registered if it lacks. */
export class Definitions {
  readonly #caller: Caller;
  readonly #known = new Map<string, Promise<string>>();

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** ARN of the definition. */
  arnOf(definition: JobDefinition): Promise<string> {
    const name = definition.jobDefinitionName;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const asked = this.#ensure(definition);
    this.#known.set(name, asked);
    asked.catch(() => this.#known.delete(name));
    return asked;
  }

  async #ensure(definition: JobDefinition): Promise<string> {
    const name = definition.jobDefinitionName;
    const { jobDefinitions = [] } = await this.#caller.call((aws) => aws.describeJobDefinitions(name));
    // Two that registered it at the same moment made two revisions of the same content.
    const active = jobDefinitions.find(({ status, jobDefinitionArn }) => status === "ACTIVE" && jobDefinitionArn);
    if (active?.jobDefinitionArn !== undefined) return active.jobDefinitionArn;
    const { jobDefinitionArn } = await this.#caller.call((aws) => aws.registerJobDefinition(definition));
    return jobDefinitionArn ?? name;
  }
}
