/** An answer, and who gave it. */
export interface ServiceReply<Answer> {
  /** An array where rows were sent as one. */
  readonly answer: Answer;
  /** The request's id: `models.outcome` takes it to tell the truth later. */
  readonly requestId: string;
  /** The version that answered: `churn@7`; null for a service without a model. */
  readonly model: string | null;
  /** SHA-256 of the version's artifact; null for a service without a model. */
  readonly modelHash: string | null;
}

/** The answer to a request that is under way: `await` gives the answer alone, {@link PendingAnswer.withReply} who gave it too. */
export class PendingAnswer<Answer> implements Promise<Answer> {
  /** What `Object.prototype.toString` calls it. */
  readonly [Symbol.toStringTag] = "PendingAnswer";
  readonly #reply: Promise<ServiceReply<Answer>>;

  /** @internal */
  constructor(reply: Promise<ServiceReply<Answer>>) {
    this.#reply = reply;
  }

  /** The answer with the request's id and the version of the model. */
  withReply(): Promise<ServiceReply<Answer>> {
    return this.#reply;
  }

  /** @inheritdoc */
  then<Then = Answer, Else = never>(
    onAnswer?: ((answer: Answer) => Then | PromiseLike<Then>) | null,
    onError?: ((error: unknown) => Else | PromiseLike<Else>) | null,
  ): Promise<Then | Else> {
    return this.#reply.then(({ answer }) => answer).then(onAnswer, onError);
  }

  /** @inheritdoc */
  catch<Else = never>(onError?: ((error: unknown) => Else | PromiseLike<Else>) | null): Promise<Answer | Else> {
    return this.then(null, onError);
  }

  /** @inheritdoc */
  finally(onOver?: (() => void) | null): Promise<Answer> {
    return this.then().finally(onOver);
  }
}
