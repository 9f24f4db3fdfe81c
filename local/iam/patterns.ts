const compiled = new Map<string, RegExp>();

/** IAM's wildcards: `*` for any text, `?` for one character; everything else is itself. */
export function matchesPattern(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (!expression) {
    const source = [...pattern].map((c) =>
      c === '*' ? '.*' : c === '?' ? '.' : c.replace(/[\\^$.|+()[\]{}]/, '\\$&'),
    );
    expression = new RegExp(`^${source.join('')}$`, 's');
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}

/** Actions are compared without regard to case. */
export function matchesAction(pattern: string, action: string): boolean {
  return matchesPattern(pattern.toLowerCase(), action.toLowerCase());
}

/**
 * ARNs are compared part by part: a wildcard does not reach over one of the first five colons. `*` alone matches
 * everything, the `*` that stands for "no resource type" included.
 */
export function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  const wanted = arnParts(pattern);
  const given = arnParts(arn);
  return (
    wanted.length === 6 &&
    given.length === 6 &&
    wanted.every((part, i) => matchesPattern(part, given[i] ?? ''))
  );
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
