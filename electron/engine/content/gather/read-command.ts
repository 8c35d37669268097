// Commands out of somebody's instructions, as the images and addresses that they would fetch.

/** What a command fetches; undefined for one that is not understood well enough to say. */
type Fetched = readonly string[] | undefined;

/** Options that take a value of their own, of all programs below. */
const VALUED = set(
  '--platform --namespace -n --creds --user -u --authfile --arch --os --variant -o --output',
  '--src-creds --dest-creds --password --token --header -H',
);
/** Of `run` and `create`. An option that is in neither set ends what can be said of the command. */
const RUN_VALUED = set(
  '-p -v -e -w -h -l -m --name --network --net --env --env-file --volume --publish --workdir --hostname',
  '--label --memory --cpus --mount --add-host --link --entrypoint --restart --gpus --ulimit --cap-add',
  '--cap-drop --device --pull',
);
const RUN_SWITCHES =
  /^(?:-[ditPq]+|--(?:detach|interactive|tty|rm|init|privileged|read-only|publish-all|quiet))$/;
const FETCH_NOTHING = set('push login logout load import rmi rm ps ls images inspect version info');
const SECRETS = set('-p -u -H --password --user --token --header --creds --src-creds --dest-creds');

function set(...words: readonly string[]): ReadonlySet<string> {
  return new Set(words.join(' ').split(' '));
}

const PROGRAMS: Readonly<Record<string, (words: readonly string[]) => Fetched>> = {
  docker: ofContainers,
  podman: ofContainers,
  nerdctl: ofContainers,
  crictl: ofContainers,
  buildah: ofContainers,
  ctr: ofContainers,
  crane: (words) => firstAfter(words, /^(?:pull|copy|cp|digest|manifest|config|export|validate)$/),
  oras: (words) => firstAfter(words, /^(?:pull|copy|cp)$/),
  skopeo: (words) => some(words.filter((word) => /^docker:\/\//i.test(word)).slice(0, 1)),
  kind: (words) => allAfter(words, /^load docker-image /),
  minikube: (words) => allAfter(words, /^image (?:load|pull) /),
  k3d: (words) => allAfter(words, /^image import /),
  kubectl: ofKubernetes,
  oc: ofKubernetes,
  curl: (words) => some(words.filter((word) => /^https?:\/\//i.test(word))),
  wget: (words) => some(words.filter((word) => /^https?:\/\//i.test(word))),
  'docker-compose': () => undefined,
  regctl: () => undefined,
};

/** Whether the words are a command of a program that fetches images or files. */
export function isCommand(words: readonly string[]): boolean {
  return words.length > 1 && Object.hasOwn(PROGRAMS, words[0] ?? '');
}

export function fetchedBy(words: readonly string[]): Fetched {
  return PROGRAMS[words[0] ?? '']?.(words.slice(1));
}

/** The words of a command without its options, among which a password may be. */
export function withoutOptions(words: readonly string[]): readonly string[] {
  return words.filter((word, at) => !word.startsWith('-') && !VALUED.has(words[at - 1] ?? ''));
}

/** The command as it may be shown and kept: no option's value that may be secret is in it. */
export function shownCommand(words: readonly string[]): string {
  return words.filter((word, at) => !word.startsWith('-') && !SECRETS.has(words[at - 1] ?? '')).join(' ');
}

function ofContainers(words: readonly string[]): Fetched {
  const [verb = '', ...names] = withoutGroup(withoutOptions(words));
  if (verb === 'pull' || verb === 'save') return some(names);
  if (verb === 'tag') return some(names.slice(0, 1));
  if (verb === 'run' || verb === 'create') return imageOfRun(words.slice(words.indexOf(verb) + 1));
  return FETCH_NOTHING.has(verb) ? [] : undefined;
}

/** `docker image pull` is `docker pull`; so is `ctr images pull`. `docker images` is a list. */
function withoutGroup(words: readonly string[]): readonly string[] {
  return /^(?:images?|container|i)$/.test(words[0] ?? '') && words.length > 1 ? words.slice(1) : words;
}

function imageOfRun(words: readonly string[]): Fetched {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) return [word];
    if (VALUED.has(word) || RUN_VALUED.has(word)) at += 1;
    else if (!word.includes('=') && !RUN_SWITCHES.test(word)) return undefined;
  }
  return undefined;
}

function ofKubernetes(words: readonly string[]): Fetched {
  const isSet = withoutOptions(words).join(' ').startsWith('set image ');
  return some(
    words.flatMap((word, at) => {
      if (word.startsWith('--image=')) return [word.slice('--image='.length)];
      if (words[at - 1] === '--image') return [word];
      const [, image] = isSet && !word.startsWith('-') ? word.split(/=(.*)/s) : [];
      return image === undefined || image === '' ? [] : [image];
    }),
  );
}

function firstAfter(words: readonly string[], verb: RegExp): Fetched {
  const [first = '', name] = withoutOptions(words);
  return verb.test(first) && name !== undefined ? [name] : undefined;
}

function allAfter(words: readonly string[], verbs: RegExp): Fetched {
  const text = withoutOptions(words).join(' ');
  return verbs.test(text) ? some(text.replace(verbs, '').split(' ')) : undefined;
}

function some(names: readonly string[]): Fetched {
  return names.length === 0 ? undefined : names;
}
