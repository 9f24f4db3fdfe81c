import { callIntrinsic, parseIntrinsic } from './intrinsics';
import { isObject, type Json, parsePath, readPath } from './json-path';

/** Reads a path from the state's data, or from the context object where it begins with `$$`. */
export function resolvePath(path: string, input: Json, context: Json): Json {
  return path.startsWith('$$') ? readPath(path.slice(1), context) : readPath(path, input);
}

/**
 * Fills a payload template (Parameters, ItemSelector, ResultSelector): members whose name ends in `.$` take the
 * value of their path or intrinsic function.
 */
export function fillTemplate(template: Json, input: Json, context: Json): Json {
  if (Array.isArray(template)) return template.map((element) => fillTemplate(element, input, context));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) =>
      name.endsWith('.$') && typeof value === 'string'
        ? [name.slice(0, -2), evaluate(value, input, context)]
        : [name, fillTemplate(value, input, context)],
    ),
  );
}

/** Throws `UnsupportedPathError` or `SyntaxError` for the first expression in a template that cannot be evaluated. */
export function checkTemplate(template: Json): void {
  if (Array.isArray(template)) for (const element of template) checkTemplate(element);
  if (!isObject(template)) return;
  for (const [name, value] of Object.entries(template)) {
    if (!name.endsWith('.$')) checkTemplate(value);
    else if (typeof value !== 'string')
      throw new SyntaxError(`${name} must be a path or an intrinsic function`);
    else checkExpression(value);
  }
}

/** Throws `UnsupportedPathError` for a path, with `$$` or not, that cannot be evaluated. */
export function checkPath(path: string): void {
  parsePath(path.startsWith('$$') ? path.slice(1) : path);
}

/** Throws `UnsupportedPathError` or `SyntaxError` for what is neither a path nor an intrinsic function. */
export function checkExpression(expression: string): void {
  if (expression.startsWith('$')) checkPath(expression);
  else parseIntrinsic(expression);
}

/** The value of a path or an intrinsic function. */
export function evaluate(expression: string, input: Json, context: Json): Json {
  if (expression.startsWith('$')) return resolvePath(expression, input, context);
  return callIntrinsic(parseIntrinsic(expression), (path) => resolvePath(path, input, context));
}
