// The little HTTP both servers share.

const kMaxBody = 8 * 1024 * 1024;

export async function readBody(request, most = kMaxBody) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > most) throw new Error('request body too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** The fields of a JSON or form body, or null when it is neither. */
export function bodyFields(contentType, text) {
  if (/^application\/x-www-form-urlencoded/.test(contentType ?? ''))
    return Object.fromEntries(new URLSearchParams(text));
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

export function reply(response, { status, headers = {}, body = '' }) {
  const bytes = Buffer.from(body, 'utf8');
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
    ...headers,
  });
  response.end(bytes);
}
