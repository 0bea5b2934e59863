import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildHierarchy, firstOpen, modulesAround, nodesIn, type Hierarchy } from '../../../../webview-ui/src/graph/hierarchy.js';
import { modulePath } from '../../../../webview-ui/src/view/modulePath.js';
import { anyGraph, chain, graphOf } from './graphs.js';

describe('the modules in a name', () => {
  it.each([
    ['/layer1/layer1.0/conv1/Conv', 'Conv', ['layer1', '.0', '/conv1', '/Conv']],
    ['/features/features.0/features.0.2/Clip', 'Clip', ['features', '.0', '.2', '/Clip']],
    ['encoder.layer.3.MatMul_7', 'MatMul', ['encoder', '.layer', '.3', '.MatMul_7']],
    ['Relu_3', 'Relu', ['Relu_3']],
    ['p2o.Conv.0', 'Conv', ['p2o', '.Conv.0']],
    ['p2o.conv.0', 'Conv', ['p2o', '.conv.0']],
    ['If_25/else_branch/Shape_502', 'Shape', ['If_25', '/else_branch', '/Shape_502']],
    ['/', '', ['/']],
    ['', 'Conv', ['']],
    ['..', 'Conv', ['..']],
    ['a//b..c.', 'Conv', ['a', '/b', '..c', '.']],
  ])('%j of a %s are %j', (name, op, parts) => expect(modulePath(name, op)).toEqual(parts));

  it('are never more than can be followed, however long the name', () => {
    const parts = modulePath('x/'.repeat(5000) + 'y', 'Conv');
    expect(parts).toHaveLength(24);
    expect(parts.join('')).toBe('x/'.repeat(5000) + 'y');
  });

  it('leave nothing out but what repeats the part before', () => {
    const name = fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(name, (text) => {
        expect(modulePath(text, 'Conv').join('')).toBe(text);
      }),
    );
  });
});

/** Labels, indented by depth; the number of operators behind modules. */
function told({ boxes, root }: Hierarchy): string[] {
  const lines: string[] = [];
  const visit = (id: number, depth: number): void => {
    for (const child of boxes[id].children) {
      const { label, part, operators, point } = boxes[child];
      lines.push('  '.repeat(depth) + (part ? `part ${part.number} of ${part.of}` : label) + (point ? '' : ` (${operators})`));
      visit(child, depth + 1);
    }
  };
  visit(root, 0);
  return lines;
}

describe('the hierarchy of a graph', () => {
  it('has the modules of the names, those with a single thing in them merged with it', () => {
    const names = ['in:image', 'Conv:/stem/conv/Conv', 'Conv:/layers/layers.0/conv/Conv', 'Relu:/layers/layers.0/Relu', 'out:logits'];
    expect(told(buildHierarchy(chain(names)))).toEqual(['image', 'stem/conv/Conv', 'layers.0 (2)', '  conv/Conv', '  Relu', 'logits']);
  });

  it('leaves out a module that is around everything', () => {
    expect(told(buildHierarchy(chain(['Conv:net.a.Conv', 'Relu:net.Relu'])))).toEqual(['a.Conv', 'Relu']);
  });

  it('keeps its name where the modules in it have only numbers', () => {
    const names = ['a', 'b'].flatMap((node) => [0, 1].map((block) => `Relu:net/block.${block}/${node}`));
    expect(told(buildHierarchy(chain(names)))).toEqual(['block.0 (2)', '  a', '  b', 'block.1 (2)', '  a', '  b']);
  });

  it('puts a node that runs others into their module', () => {
    const graph = graphOf(
      ['in:c', 'Neg:choice/then_branch/Neg', 'Abs:choice/else_branch/Abs', 'If:choice', 'Relu:Relu_0'],
      [['choice/then_branch/Neg', 'choice']],
    );
    expect(told(buildHierarchy(graph))).toEqual(['c', 'choice (3)', '  then_branch/Neg', '  else_branch/Abs', '  choice', 'Relu_0']);
  });

  it('cuts what is too wide into parts', () => {
    const names = Array.from({ length: 250 }, (_, i) => `Relu:Relu_${i}`);
    const lines = told(buildHierarchy(chain(names)));
    expect(lines.filter((line) => line.startsWith('part'))).toEqual(['part 1 of 3 (84)', 'part 2 of 3 (84)', 'part 3 of 3 (82)']);
    expect(lines).toHaveLength(253);
  });

  it('holds every node exactly once, under keys that no two boxes share', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const hierarchy = buildHierarchy(graph);
        const { boxes, root } = hierarchy;
        expect(nodesIn(hierarchy, root).sort((a, b) => a - b)).toEqual(graph.nodes.map((_, i) => i));
        expect(new Set(boxes.map(({ key, point }) => `${point ? 'node' : 'module'} ${key}`)).size).toBe(boxes.length);
        for (const { id, parent, children } of boxes) {
          for (const child of children) expect(boxes[child].parent).toBe(id);
          expect(modulesAround(hierarchy, id).at(-1) ?? id).toBe(root);
          expect(parent === -1).toBe(id === root);
        }
        for (const { id, point, children } of boxes) if (!point && id !== root) expect(children.length).toBeGreaterThan(1);
      }),
    );
  });

  it('knows what feeds a node, and which layers it is', () => {
    const graph = graphOf(
      ['a', 'b', 'c'],
      [
        ['a', 'c'],
        ['b', 'c'],
      ],
      ['c', 'c'],
    );
    const { sources, targets, layers } = buildHierarchy(graph);
    expect(sources).toEqual([[], [], [0, 1]]);
    expect(targets).toEqual([[2], [2], []]);
    expect(layers).toEqual([[], [], [0, 1]]);
  });
});

describe('what is open at first', () => {
  it('is everything where that is little', () => {
    const hierarchy = buildHierarchy(chain(['a/x', 'a/b/y', 'a/b/z', 'c']));
    expect([...firstOpen(hierarchy)].map((id) => hierarchy.boxes[id].key).sort()).toEqual(['a', 'a/b']);
  });

  it('stays small in a large model', () => {
    const names = Array.from({ length: 3000 }, (_, i) => `block.${Math.floor(i / 30)}.n${i}`);
    const hierarchy = buildHierarchy(chain(names));
    const open = firstOpen(hierarchy);
    const shown = hierarchy.boxes.filter(({ id, parent }) => (parent === hierarchy.root || open.has(parent)) && !open.has(id));
    expect(shown.length).toBeGreaterThan(1);
    expect(shown.length).toBeLessThan(200);
  });
});
