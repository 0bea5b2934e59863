/** The page is put together from sections between markers, so that one can be made again without the others. */

const start = (id: string): string => `<!-- section ${id}: written by npm run accuracy -- ${id} -->`;
const end = (id: string): string => `<!-- end of section ${id} -->`;

/** The page with a section put in the place of the one it has of that name, else at its end. */
export function withSection(page: string, id: string, markdown: string): string {
  const block = `${start(id)}\n\n${markdown.trim()}\n\n${end(id)}`;
  const [from, to] = [page.indexOf(start(id)), page.indexOf(end(id))];
  if (from >= 0 && to > from) return page.slice(0, from) + block + page.slice(to + end(id).length);
  return `${page.trimEnd()}\n\n${block}\n`;
}
