import type { FlowClassParts, FlowMember } from "./flow-class-parts.ts";
import type { Loads } from "../loads.ts";
import { effects, type ReachedParts } from "./effects.ts";
import { hashOfTexts, labelOf } from "./hash-of-texts.ts";
import type { ReachContext } from "./reach-context.ts";
import type { ScriptPart } from "./script-parts.ts";

/** `__publicField(Flow, "limit", 7)`, as compilers write a static field, hands the class to nobody. */
function isStaticField({ text }: ScriptPart, name: string): boolean {
  return text.startsWith(`__publicField(${name},`);
}

/** Follows one step's code from name to name. */
export class NameWalk implements ReachedParts {
  readonly #context: ReachContext;
  readonly #flowParts: ReadonlySet<ScriptPart>;
  readonly #texts = new Map<string, string[]>();
  readonly #members = new Set<FlowMember>();
  readonly #loads: Loads[] = [];
  readonly parts = new Set<ScriptPart>();
  readonly externals = new Set<number>();

  constructor(context: ReachContext) {
    this.#context = context;
    this.#flowParts = new Set(context.chain.map(({ part }) => part));
  }

  /** It loads what only shows when it runs. */
  get isOpen(): boolean {
    return this.#loads.some(({ isOpen }) => isOpen);
  }

  /** False if the source of the step is not in the script. */
  enter(step: string): boolean {
    const { chain } = this.#context;
    const owner = chain.findLast(({ members }) => members.some(({ name }) => name === step));
    if (owner === undefined) return false;
    for (const { frame, part } of chain) for (const piece of frame) this.#use(piece, `the fields in ${part.module}`);
    for (const member of owner.members) if (member.name === step) this.#member(member, owner);
    const mayConcern = effects(this.#context);
    const rest = new Set(this.#context.parts);
    for (let isSettled = false; !isSettled;) {
      isSettled = true;
      for (const part of rest) {
        if (!this.parts.has(part) && !mayConcern(part, this)) continue;
        rest.delete(part);
        isSettled = false;
        this.#part(part);
      }
    }
    return true;
  }

  reach(): { pieces: ReadonlyMap<string, string>; loads: readonly Loads[] } {
    const pieces = new Map([...this.#texts].map(([label, texts]) => [label, hashOfTexts(texts.sort())]));
    return { pieces, loads: this.#loads };
  }

  #member(member: FlowMember, { part }: FlowClassParts): void {
    if (this.#members.has(member)) return;
    this.#members.add(member);
    this.#use(member, `${member.name}() in ${part.module}`);
  }

  #use(member: FlowMember, label: string): void {
    this.#note(label, member.text);
    this.#loads.push(member.loads);
    for (const name of member.reads) this.#name(name);
    for (const name of [...member.own, ...member.inherited]) this.#membersNamed((one) => one === name);
    if (member.isOpen) this.#othersThanSteps();
  }

  #membersNamed(isMeant: (name: string) => boolean): void {
    for (const flow of this.#context.chain)
      for (const member of flow.members) if (isMeant(member.name)) this.#member(member, flow);
  }

  #othersThanSteps(): void {
    this.#membersNamed((name) => !this.#context.steps.has(name));
  }

  #name(name: string): void {
    const part = this.#context.byName.get(name);
    if (part === undefined) return;
    if (this.#flowParts.has(part)) this.#othersThanSteps();
    else this.#part(part);
  }

  #part(part: ScriptPart): void {
    if (this.parts.has(part)) return;
    this.parts.add(part);
    if (part.external !== null) return void this.externals.add(part.external);
    this.#note(labelOf(part), part.text);
    this.#loads.push(part.loads);
    for (const name of part.reads) if (!this.#isFlowIn(part, name)) this.#name(name);
  }

  /** `Flow.name = …` hands the flow's class to nobody; any other variable may from now on hold what is reached. */
  #isFlowIn(part: ScriptPart, name: string): boolean {
    if (isStaticField(part, name)) return true;
    const declared = name === part.completes ? this.#context.byName.get(name) : undefined;
    return declared !== undefined && this.#flowParts.has(declared);
  }

  #note(label: string, text: string): void {
    if (text !== "") this.#texts.set(label, [...(this.#texts.get(label) ?? []), text]);
  }
}
