import { isList, isObject } from './json';
import type { Json } from './kind';

/**
 * A light reading of the Smithy text in a form type: just enough to find the members that hold glossary term
 * ids. Such a member, or the shape that it targets, carries `@amazon.datazone#glossaryterm("<glossary id>")`
 * (CreateFormType in the DataZone API reference).
 */
const glossaryTrait = /^(amazon\.datazone#)?glossaryterm$/;

/** A value inside form content, and where it stands. */
export interface Located {
  readonly id: string;
  readonly path: string;
}

/** Whether a model has any such annotation: most have none, and need no parsing. */
export function hasGlossaryTerms(smithy: string): boolean {
  return smithy.includes('glossaryterm');
}

/** Ids of the glossaries that a model names, in the order of its text. */
export function glossaryIds(smithy: string): readonly string[] {
  return hasGlossaryTerms(smithy) ? new Parser(smithy).parse().glossaries : [];
}

/** Where the ids of `glossaryIds` stand in the text, without their quotes. */
export function glossaryAnnotations(
  smithy: string,
): readonly { readonly offset: number; readonly length: number }[] {
  const annotation =
    /\/\/[^\n]*|"""[\s\S]*?"""|@(?:amazon\.datazone#)?glossaryterm\s*\(\s*("+)([^"]*)\1|"(?:\\[\s\S]|[^"\\])*"/g;
  return [...smithy.matchAll(annotation)].flatMap((match) => {
    const id = match[2];
    if (id === undefined) return [];
    return [{ offset: match.index + match[0].lastIndexOf(id), length: id.length }];
  });
}

/**
 * Glossary term ids in the parsed content of a form, through nested structures, lists and maps.
 * `typeName` tells the form's own structure in the model; its content is an instance of that.
 */
export function glossaryTermsIn(smithy: string, typeName: string, content: Json): readonly Located[] {
  if (!hasGlossaryTerms(smithy)) return [];
  const { shapes } = new Parser(smithy).parse();
  return rootsOf(shapes, localName(typeName)).flatMap((root) => termsAt(shapes, content, root, ''));
}

interface Member {
  readonly target: string;
  readonly annotated: boolean;
}

interface Shape {
  readonly type: string;
  readonly annotated: boolean;
  readonly members: ReadonlyMap<string, Member>;
}

type Shapes = ReadonlyMap<string, Shape>;

/** The structure of the form's name, or else every structure that no other shape holds. */
function rootsOf(shapes: Shapes, name: string): readonly string[] {
  if (shapes.get(name)?.type === 'structure') return [name];
  const targets = new Set(
    [...shapes.values()].flatMap((shape) => [...shape.members.values()].map((m) => m.target)),
  );
  return [...shapes]
    .filter(([held, shape]) => shape.type === 'structure' && !targets.has(held))
    .map(([root]) => root);
}

function termsAt(shapes: Shapes, value: Json, name: string, path: string): readonly Located[] {
  const shape = shapes.get(name);
  if (shape === undefined) return [];
  return childrenOf(shape, value).flatMap(([child, member, step]) => {
    const at = step.startsWith('[') || path === '' ? path + step : `${path}.${step}`;
    return member.annotated || shapes.get(member.target)?.annotated === true
      ? stringsIn(child, at)
      : termsAt(shapes, child, member.target, at);
  });
}

/** The values inside a value, each with the member of the model that describes it. */
function childrenOf(shape: Shape, value: Json): readonly (readonly [Json, Member, string])[] {
  if (isList(value)) {
    const member = shape.members.get('member');
    return member === undefined ? [] : value.map((item, n) => [item, member, `[${n}]`] as const);
  }
  if (!isObject(value)) return [];
  const ofMap = shape.type === 'map' ? shape.members.get('value') : undefined;
  return Object.entries(value).flatMap(([key, item]) => {
    const member = ofMap ?? shape.members.get(key);
    return member === undefined ? [] : [[item, member, key] as const];
  });
}

function stringsIn(value: Json, path: string): readonly Located[] {
  if (typeof value === 'string') return value === '' ? [] : [{ id: value, path }];
  if (isList(value)) return value.flatMap((item, n) => stringsIn(item, `${path}[${n}]`));
  if (isObject(value))
    return Object.entries(value).flatMap(([key, item]) => stringsIn(item, `${path}.${key}`));
  return [];
}

function localName(shapeId: string): string {
  return shapeId.slice(Math.max(shapeId.lastIndexOf('#'), shapeId.lastIndexOf('.')) + 1);
}

const tokens = /\/\/[^\n]*|"""[\s\S]*?"""|"(?:\\[\s\S]|[^"\\])*"|[A-Za-z_][\w.#$]*|[-+\d.]+|[{}()[\]:=@]/g;
const shapeTypes = new Set(['structure', 'union', 'list', 'set', 'map', 'string']);
const closing: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' };

/** Reads shape by shape, and skips whatever it does not need; text that is not Smithy yields no shapes. */
class Parser {
  private readonly tokens: readonly string[];
  private position = 0;
  private readonly glossaries: string[] = [];

  constructor(smithy: string) {
    this.tokens = (smithy.match(tokens) ?? []).filter((token) => !token.startsWith('//'));
  }

  parse(): { shapes: Shapes; glossaries: readonly string[] } {
    const shapes = new Map<string, Shape>();
    let annotated = false;
    while (this.position < this.tokens.length) {
      const token = this.next();
      if (token === '@') {
        annotated = this.trait() || annotated;
        continue;
      }
      if (shapeTypes.has(token)) shapes.set(this.next(), { type: token, annotated, members: this.body() });
      else this.skipFrom(token);
      annotated = false;
    }
    return { shapes, glossaries: this.glossaries };
  }

  /** Members between braces; none for a shape without a body. Mixins and resources before it are skipped. */
  private body(): ReadonlyMap<string, Member> {
    const members = new Map<string, Member>();
    while (this.peek() === 'with' || this.peek() === 'for') {
      this.next();
      this.skipFrom(this.next());
    }
    if (this.peek() !== '{') return members;
    this.next();
    let annotated = false;
    while (this.position < this.tokens.length && this.peek() !== '}') {
      const token = this.next();
      if (token === '@') annotated = this.trait() || annotated;
      else if (isIdentifier(token) && this.peek() === ':') {
        this.next();
        members.set(token, { target: localName(this.next()), annotated });
        annotated = false;
      } else if (token === '=') this.skipFrom(this.next());
      else this.skipFrom(token);
    }
    this.next();
    return members;
  }

  /** A trait after its `@`: whether it is the glossary annotation. */
  private trait(): boolean {
    const isGlossary = glossaryTrait.test(this.next());
    if (this.peek() !== '(') return isGlossary;
    const from = this.position;
    this.skipFrom(this.next());
    const argument = this.tokens.slice(from, this.position).find((token) => token.startsWith('"'));
    if (isGlossary && argument !== undefined) this.glossaries.push(argument.replace(/^"+|"+$/g, ''));
    return isGlossary;
  }

  /** Skips a value that began with this token: brackets to the one that closes them. */
  private skipFrom(token: string): void {
    const end = closing[token];
    if (end === undefined) return;
    while (this.position < this.tokens.length && this.peek() !== end) this.skipFrom(this.next());
    this.next();
  }

  private peek(): string {
    return this.tokens[this.position] ?? '';
  }

  private next(): string {
    const token = this.peek();
    this.position += 1;
    return token;
  }
}

function isIdentifier(token: string): boolean {
  return /^[A-Za-z_]/.test(token);
}
