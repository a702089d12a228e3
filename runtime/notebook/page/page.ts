export function writePage(_file: string, _options: unknown): void {}
