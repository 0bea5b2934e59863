/** Sets a custom property of `element` where it is another one: setting it has the styles of all that is inside worked out again, also when nothing changes. */
export function setProperty({ style }: HTMLElement, name: `--${string}`, value: string): void {
  if (style.getPropertyValue(name) !== value) style.setProperty(name, value);
}
