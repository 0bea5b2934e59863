/** Makes names unique by numbering the later ones: `a`, `a_2`, `a_3`. */
export function uniqueNames(): (wanted: string) => string {
  const taken = new Set<string>();
  const next = new Map<string, number>();
  return (wanted) => {
    if (!taken.has(wanted)) {
      taken.add(wanted);
      return wanted;
    }
    let name = wanted;
    for (let n = next.get(wanted) ?? 2; taken.has(name); n++) {
      name = `${wanted}_${n}`;
      next.set(wanted, n + 1);
    }
    taken.add(name);
    return name;
  };
}
