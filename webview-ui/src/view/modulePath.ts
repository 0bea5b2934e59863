/** The modules that a node's name tells of: exporters write paths like `/layer1/layer1.0/conv1/Conv`. */

/** Deeper paths are cut: what is left stays one part. */
const DEEPEST = 24;

/** What stands before the first letter of a part, and is left out where a part stands alone. */
export const withoutSeparator = (part: string): string => part.replace(/^[/.]+/, '') || part;

/**
 * The path of a node called `name`: its modules from the outside in, the node's own name last; every part but the first begins with what parts
 * it from the one before, so that joined they read like the name. Split at `/` and `.`; a part that repeats the one before
 * (`layer1/layer1.0`) is shortened, and a part that is only the name of the operator (`p2o.Conv.0`) is no module.
 */
export function modulePath(name: string, op: string): readonly string[] {
  const parts: string[] = [];
  let before = '';
  for (const step of name.split('/')) {
    if (step === '') continue;
    const own = before !== '' && step.startsWith(`${before}.`) ? step.slice(before.length) : `/${step}`;
    before = step;
    for (const [part] of own.matchAll(/[/.]*[^/.]+|[/.]+$/g)) parts.push(part);
  }
  if (parts.length === 0) return [name];
  parts[0] = parts[0].slice(1);
  if (parts.length > DEEPEST) parts.splice(DEEPEST - 1, parts.length, parts.slice(DEEPEST - 1).join(''));
  const operator = op.toLowerCase();
  for (let i = parts.length - 2; i >= 0; i--)
    if (withoutSeparator(parts[i]).toLowerCase() === operator) parts.splice(i, 2, parts[i] + parts[i + 1]);
  return parts;
}
