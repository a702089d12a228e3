/** Does something for each of several: where one fails, the others have their turn before that is thrown. */
export class OneByOne {
  #failed: { readonly error: unknown } | null = null;

  async also(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failed ??= { error };
    }
  }

  /** @throws the first error */
  done(): void {
    if (this.#failed !== null) throw this.#failed.error;
  }
}
