export interface NotebookRunFlags {
  readonly out?: string;
  readonly html?: string;
  readonly timeout?: number;
}

export interface NotebookInstallFlags {
  readonly name: string;
  readonly prefix?: string;
}
