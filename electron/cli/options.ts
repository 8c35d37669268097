// Options that several verbs share, and how their values are read.
import { readFile } from 'node:fs/promises';
import { Option } from 'commander';
import type { Command } from 'commander';
import { AirlockError } from '../../shared/errors/airlock-error.ts';
import type { EngineOptions } from '../engine/index.ts';
import type { NetworkOptions } from './verb.ts';

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** `--json` and `--quiet`. */
export function withCommonOptions(verb: Command): Command {
  return verb
    .option('--json', 'print one result document on standard output')
    .option('--quiet', 'print nothing but errors');
}

/** The common options, `--plain-http HOST` and `--ca HOST=FILE`. */
export function withNetworkOptions(verb: Command): Command {
  return withCommonOptions(verb)
    .addOption(
      new Option('--plain-http <host>', 'speak http without TLS to this registry (repeatable)').argParser(
        collect,
      ),
    )
    .addOption(
      new Option(
        '--ca <host=file>',
        'trust this PEM file of authorities for this registry (repeatable)',
      ).argParser(collect),
    );
}

/** What the operator chose per registry. Throws USAGE where a value has no such form, FILE_NOT_FOUND for a missing PEM. */
export async function readHostChoices(options: NetworkOptions): Promise<EngineOptions['hosts']> {
  const hosts: Record<string, { plainHttp?: boolean; ca?: string }> = {};
  for (const host of options.plainHttp ?? []) hosts[checkedHost(host, '--plain-http')] = { plainHttp: true };
  for (const choice of options.ca ?? []) {
    const equals = choice.indexOf('=');
    if (equals < 1 || equals === choice.length - 1)
      throw new AirlockError('USAGE', `--ca takes HOST=FILE; "${choice}" has no such form.`);
    const host = checkedHost(choice.slice(0, equals), '--ca');
    hosts[host] = { ...hosts[host], ca: await readPem(choice.slice(equals + 1)) };
  }
  return hosts;
}

/** A registry's host with its port. Throws USAGE for a URL or a path. */
export function checkedHost(text: string, option: string): string {
  if (!/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/.test(text))
    throw new AirlockError(
      'USAGE',
      `${option} takes a host such as registry.example:5000; "${text}" is none.`,
    );
  return text;
}

async function readPem(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new AirlockError('FILE_NOT_FOUND', `The authority file ${file} could not be read.`, {
      cause: error,
    });
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw new AirlockError('USAGE', `${file} holds no certificate in PEM form.`);
  return text;
}
