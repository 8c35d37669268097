import { describe, expect, it } from 'vitest';
import { redirectOf, uploadTargetOf, withQuery } from '../../../../electron/engine/registry/redirects.ts';

const from = new URL('https://registry.example/v2/team/app/blobs/x');
const refused = expect.objectContaining({ code: 'PROTOCOL' }) as Error;

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('with %i leads a GET on, to the origin or away from it', (status) => {
    const away = redirectOf('GET', from, status, { location: 'https://s3.example/b?sig=a%2Fb+c' });
    expect(away?.url.href).toBe('https://s3.example/b?sig=a%2Fb+c');
    expect(away?.sameOrigin).toBe(false);
    const home = redirectOf('GET', from, status, { location: '../other' });
    expect(home?.url.href).toBe('https://registry.example/v2/team/app/other');
    expect(home?.sameOrigin).toBe(true);
  });

  it('to the same host with its default port written out stays at home', () => {
    expect(redirectOf('GET', from, 307, { location: 'https://registry.example:443/x' })?.sameOrigin).toBe(
      true,
    );
    expect(redirectOf('GET', from, 307, { location: 'https://registry.example:444/x' })?.sameOrigin).toBe(
      false,
    );
  });

  it('drops user, password and fragment that a Location has', () => {
    const redirect = redirectOf('GET', from, 307, { location: 'https://u:p@s3.example/b#frag' });
    expect(redirect?.url.href).toBe('https://s3.example/b');
  });

  it.each([
    ['http://s3.example/b', 'from https to http'],
    ['ftp://s3.example/b', 'to another scheme'],
    ['https://169.254.169.254/latest/meta-data', 'to a cloud’s metadata'],
    ['https://[fe80::1]/', 'to a link-local address'],
    ['https://[', 'to nothing'],
  ])('to %s is refused (%s)', (location) => {
    expect(() => redirectOf('GET', from, 307, { location })).toThrow(refused);
  });

  it('without Location is refused', () => {
    expect(() => redirectOf('GET', from, 302, {})).toThrow(refused);
  });

  it.each(['POST', 'PUT', 'PATCH'] as const)('of a %s that would lose its body is refused', (method) => {
    for (const status of [301, 302, 303])
      expect(() => redirectOf(method, from, status, { location: '/login' })).toThrow(refused);
    expect(redirectOf(method, from, 308, { location: '/there' })?.url.pathname).toBe('/there');
  });

  it('is none with any other status', () => {
    for (const status of [200, 206, 300, 304, 404])
      expect(redirectOf('GET', from, status, { location: '/x' })).toBeUndefined();
  });
});

describe('an upload’s Location', () => {
  it('with http of the registry’s own host means https', () => {
    const at = 'http://registry.example/v2/up?_state=a%2Fb';
    expect(uploadTargetOf(at, from).href).toBe('https://registry.example/v2/up?_state=a%2Fb');
    expect(() => uploadTargetOf('http://other.example/up', from)).toThrow(refused);
    expect(() => uploadTargetOf('http://registry.example:8080/up', from)).toThrow(refused);
  });

  it('gets its digest appended as text', () => {
    const digest = 'digest=sha256%3Aab';
    expect(withQuery(new URL('https://r.example/up'), digest).href).toBe(`https://r.example/up?${digest}`);
    expect(withQuery(new URL('https://r.example/up?_state=%2F+=='), digest).href).toBe(
      `https://r.example/up?_state=%2F+==&${digest}`,
    );
  });
});
