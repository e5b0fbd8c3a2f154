/** The address of a link in text that nobody vouches for, or null if it is not one that a person may follow. */
export function safeLink(href: string): string | null {
  if (!URL.canParse(href)) {
    return null; // relative: it would lead into this page's own server
  }

  const url = new URL(href);
  return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null;
}
