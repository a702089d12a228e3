/** A request that is answered with a status other than success. */
export class WebhookRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
