import type { CapturedResource, ResourceGraph } from '../../local/program/graph';

/** A resource graph as a tree: each line a type and a name under its parent, siblings in alphabetical order. */
export function pictureOf(graph: ResourceGraph): string {
  const lines: string[] = [];
  const draw = (parent: string | undefined, indent: string): void => {
    const children = graph.resources
      .filter((resource) => resource.parent === parent)
      .map((resource) => ({ line: lineOf(resource), resource }))
      .sort((one, other) => (one.line < other.line ? -1 : 1));
    for (const { line, resource } of children) {
      lines.push(`${indent}${line}`);
      draw(resource.urn, `${indent}  `);
    }
  };
  draw(undefined, '');
  const outputs = Object.keys(graph.outputs).sort();
  return `${[...lines, '', 'outputs', ...outputs.map((name) => `  ${name}`)].join('\n')}\n`;
}

function lineOf({ type, name, inputs, protect, retainOnDelete }: CapturedResource): string {
  const region =
    typeof inputs.region === 'string' && !type.startsWith('pulumi:') ? ` in ${inputs.region}` : '';
  return `${type} ${name}${region}${protect ? ' (protected)' : ''}${retainOnDelete ? ' (retained)' : ''}`;
}
