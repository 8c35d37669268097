// README.txt: how to check and read a bundle where no Airlock is at hand. A pure function of airlock.json (FORMAT §4).
import { isManifestType, isIndexType, MEDIA } from '../../../shared/domain/descriptor.ts';
import type { BundleItem, BundleManifest } from '../../../shared/format/bundle.ts';

/** Knows neither the form of the bundle nor who signed it: both may change without a byte of the bundle changing. */
export function readmeText(manifest: BundleManifest): string {
  const { name, items, absent } = manifest;
  const directory = `${name}.airlock`;
  const types = new Map(manifest.lock.items.map((item) => [item.reference, item.root?.mediaType ?? '']));
  const first = items[0]?.refName ?? 'NAME';
  return `${name}
${'='.repeat(name.length)}

An Airlock bundle: container images, charts and files on their way across an air gap.
Made ${manifest.created} by ${manifest.tool.name} ${manifest.tool.version}; format ${manifest.format.major}.${manifest.format.minor}.
${manifest.marking === undefined ? '' : `Marking: ${manifest.marking}\n`}
It is an OCI image layout with a list of checksums, either as the folder ${directory}
or as the same files in ${directory}.tar. Programs that most systems have can check and read it.

Is it whole?
------------

A tar is unpacked into a folder first:

    mkdir ${directory} && tar -xf ${directory}.tar -C ${directory}

In the folder, this must end without a word:

    sha256sum --check --strict --quiet SHA256SUMS

This lists files that SHA256SUMS does not name. SHA256SUMS itself, signatures/ and custody.jsonl may
be among them; anything else does not belong here:

    find . ! -type d | awk 'NR==FNR {known["./" substr($0, 67)]; next} !($0 in known)' SHA256SUMS -

Who vouches for it?
-------------------

Where the bundle is signed, signatures lie in signatures/, or beside a tar in ${directory}.sig/.
allowed_signers is your own list of whom you trust (man ssh-keygen), WHO one of its names:

    ssh-keygen -Y verify -f allowed_signers -n airlock -I WHO -s signatures/WHO.sshsig < SHA256SUMS

Reading it
----------

Each item has a name in the layout, listed below. With ${first} as the example:

    skopeo inspect oci:${directory}:${first}
    skopeo copy --all --preserve-digests oci:${directory}:${first} docker://registry.example/repository:tag
    oras copy --from-oci-layout ${directory}:${first} registry.example/repository:tag
    regctl image copy ocidir://${directory}:${first} registry.example/repository:tag
    oras pull --oci-layout ${directory}:${first}

The last one writes files and charts to disk. skopeo picks no item with Docker's media types out of
several; for those use oras or regctl, or airlock export --item NAME --oci FOLDER.

${items.length === 1 ? '1 item' : `${items.length} items`}
${'-'.repeat(`${items.length} item${items.length === 1 ? '' : 's'}`.length)}

${items.map((item) => itemText(item, types.get(item.reference) ?? '')).join('\n')}${
    absent.length === 0
      ? ''
      : `
Left out
--------

What the items refer to and this bundle does not hold:

${absent.map(({ digest, reason, item }) => `${digest}\n    ${REASONS[reason]}: ${item}\n`).join('')}`
  }`;
}

const REASONS = {
  platform: 'a platform that was not asked for',
  foreign: 'a layer that its maker does not let others distribute',
  base: 'expected at the destination',
  failed: 'could not be had when the bundle was made',
} as const;

function itemText({ kind, reference, refName, digest }: BundleItem, mediaType: string): string {
  return `${kind} ${reference}\n    name    ${refName}\n    digest  ${digest}\n    read by ${readers(kind, mediaType)}\n`;
}

function readers(kind: BundleItem['kind'], mediaType: string): string {
  if (mediaType === MEDIA.dockerManifest || mediaType === MEDIA.dockerList) return 'oras, regctl, crane';
  if (kind === 'image' && (isManifestType(mediaType) || isIndexType(mediaType)))
    return 'skopeo, oras, regctl, crane';
  return kind === 'chart' ? 'skopeo, oras, regctl, crane, helm' : 'skopeo, oras, regctl, crane';
}
