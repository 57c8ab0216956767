// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * Strongly connected components of a directed graph (Tarjan, 1972, without recursion), each after all those that can be reached
 * from it.
 */
export function findComponents(nodes: number, neighbours: (node: number) => Iterable<number>): number[][] {
  const index = new Int32Array(nodes).fill(-1);
  const lowest = new Int32Array(nodes);
  const onStack = new Uint8Array(nodes);
  const stack: number[] = [];
  const components: number[][] = [];
  let visited = 0;

  const open = (node: number): { readonly node: number; readonly rest: Iterator<number> } => {
    index[node] = lowest[node] = visited++;
    stack.push(node);
    onStack[node] = 1;
    return { node, rest: neighbours(node)[Symbol.iterator]() };
  };
  const close = (node: number): void => {
    if (lowest[node] === index[node]) {
      const component = stack.splice(stack.lastIndexOf(node));
      for (const member of component) {
        onStack[member] = 0;
      }
      components.push(component);
    }
  };

  for (let root = 0; root < nodes; root++) {
    const path = index[root] === -1 ? [open(root)] : [];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { done, value } = top.rest.next();
      if (done === true) {
        path.pop();
        close(top.node);
        const parent = path.at(-1)?.node;
        if (parent !== undefined) {
          lowest[parent] = Math.min(lowest[parent] as number, lowest[top.node] as number);
        }
      } else if (index[value] === -1) {
        path.push(open(value));
      } else if (onStack[value] === 1) {
        lowest[top.node] = Math.min(lowest[top.node] as number, index[value] as number);
      }
    }
  }
  return components;
}
