/** Text as a segment of parameter and logical names: lower case, hyphens for all but letters and digits. */
export function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
