import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** The project's directory. */
export const root = resolve(__dirname, '../..');

/** A page for people, in Markdown. */
export interface Page {
  /** Path from the project's root: `docs/vault.md`. */
  readonly path: string;
  readonly text: string;
}

/** A fenced block of a page. */
export interface Block {
  readonly page: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** First word after the fence: `sh`. */
  readonly language: string;
  /** The words after it: `local`, `aws`. */
  readonly marks: readonly string[];
  readonly text: string;
}

/** README and the other pages at the root, and everything in docs/. */
export function pages(): Page[] {
  const files = ['.', 'docs'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => relative(root, join(root, folder, name))),
  );
  return files.sort().map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

export function blocksOf({ path, text }: Page): Block[] {
  const found: Block[] = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const fence = /^```(\S*)(.*)$/.exec(lines[at] ?? '');
    if (fence === null) continue;
    const end = lines.indexOf('```', at + 1);
    if (end < 0) throw new Error(`${path}:${at + 1}: the block is not closed`);
    found.push({
      page: path,
      line: at + 1,
      language: fence[1] ?? '',
      marks: (fence[2] ?? '').split(' ').filter((mark) => mark !== ''),
      text: lines.slice(at + 1, end).join('\n'),
    });
    at = end;
  }
  return found;
}

/** All blocks of a language, of every page. */
export function blocks(language: string): Block[] {
  return pages()
    .flatMap(blocksOf)
    .filter((block) => block.language === language);
}

/** A page without its fenced blocks. */
export function prose({ text }: Page): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '');
}
