import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './pages';

/** A declaration of a source file with its doc comment in one line. */
export interface Documented {
  readonly name: string;
  readonly text: string;
}

/** Members of an interface, in their order. */
export function membersOf(path: string, interfaceName: string): Documented[] {
  const found = statements(path).find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === interfaceName,
  );
  if (found === undefined) throw new Error(`${path} declares no interface ${interfaceName}`);
  return found.members.map((member) => ({ name: member.name?.getText() ?? '', text: comment(member) }));
}

/** An exported constant. */
export function constantOf(path: string, name: string): Documented {
  const found = statements(path).find(
    (statement) =>
      ts.isVariableStatement(statement) &&
      statement.declarationList.declarations.some((declaration) => declaration.name.getText() === name),
  );
  if (found === undefined) throw new Error(`${path} declares no constant ${name}`);
  return { name, text: comment(found) };
}

function statements(path: string): readonly ts.Statement[] {
  const text = readFileSync(join(root, path), 'utf8');
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true).statements;
}

function comment(node: ts.Node): string {
  const texts = ts.getJSDocCommentsAndTags(node).map((doc) => ts.getTextOfJSDocComment(doc.comment) ?? '');
  return texts.join(' ').replaceAll(/\s+/g, ' ').trim();
}
