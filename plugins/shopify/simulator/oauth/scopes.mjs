// Scopes: write includes read, and what the platform returns leaves the included read out.

const pattern = /^(unauthenticated_)?(read|write)_[a-z_]+$/;

export function parseScopes(text) {
  return [...new Set((text ?? '').split(/[,\s]+/).filter(Boolean))];
}

export function unknownScope(scopes) {
  return scopes.find((scope) => !pattern.test(scope)) ?? null;
}

export function expand(scopes) {
  const all = new Set(scopes);
  for (const scope of scopes) if (scope.startsWith('write_')) all.add(`read_${scope.slice(6)}`);
  return all;
}

export function compress(scopes) {
  return scopes.filter((scope) => !(scope.startsWith('read_') && scopes.includes(`write_${scope.slice(5)}`)));
}
