// The anchors that GitHub gives to headings. The site uses the same, so that one link works in both places.

/** The anchor of a heading's text, without the number that tells equal headings apart. */
export const anchorOf = (heading) =>
  heading.trim().toLowerCase().replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '').replaceAll(' ', '-');

/** The text of a page without its fenced code blocks. */
export const withoutFences = (markdown) =>
  markdown.replace(/^([ \t]*)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^[ \t]*\2[`~]*[ \t]*$/gm, '');

/** All anchors of a page. */
export const anchorsOf = (markdown) => {
  const seen = new Map();
  return new Set([...withoutFences(markdown).matchAll(/^#{1,6}[ \t]+(.+?)[ \t]*#*$/gm)].map(([, heading]) => {
    const anchor = anchorOf(heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, ''));
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  }));
};
