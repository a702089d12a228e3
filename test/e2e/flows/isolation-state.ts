export const history: number[] = [];

let calls = 0;

export function count(): number {
  return (calls += 1);
}
