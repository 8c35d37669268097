// What was typed or pasted as a registry may be all of a target, as the command and other tools write it: taken apart here.
import type { TargetForm } from './import-store.ts';

/** `https://user:password@registry.example:5000/team`, each part but the host left out as one likes. */
const WHOLE =
  /^(?:(?<scheme>[a-z][a-z0-9+.-]*):\/\/)?(?:(?<user>[^:/@]*)(?::(?<password>[^/@]*))?@)?(?<host>[^/@]+)(?:\/+(?<path>.*))?$/i;

/** The form with every part in its own field. What is no target stays as it was typed, for the test to tell of. */
export function readTarget(form: TargetForm): TargetForm {
  const { scheme, user, password, host, path = '' } = WHOLE.exec(form.host.trim())?.groups ?? {};
  if (host === undefined) return form;
  const prefix = [path, form.prefix]
    .map((part) => part.trim().replaceAll(/^\/+|\/+$/g, ''))
    .filter((part) => part !== '')
    .join('/');
  return {
    ...form,
    host: host.toLowerCase(),
    prefix,
    plainHttp: form.plainHttp || scheme?.toLowerCase() === 'http',
    username: user ?? form.username,
    password: password ?? form.password,
  };
}
