// What the Target step does: tests a registry, keeps its login and its profile, then asks what the names stand for there.
import type { Settings, SettingsChange } from '../../shared/station/settings.ts';
import type { ProbeResult } from '../../shared/station/target.ts';
import { bridge } from '../bridge/client.ts';
import { unwrap } from '../store/unwrap.ts';
import { announce } from '../store/announcer.ts';
import { useSettings } from '../store/settings.ts';
import { importTexts } from '../texts/import.ts';
import { startPlan } from './mapping-actions.ts';
import { prefixOf, useImport } from './import-store.ts';
import type { TargetForm } from './import-store.ts';
import { readTarget } from './read-target.ts';

/** Tries name, certificate, login and permission. Nothing is written there. */
export async function testTarget(): Promise<void> {
  const { target: typed, isProbing } = useImport.getState();
  if (isProbing || typed.host.trim() === '') return;
  const target = withKept(typed);
  useImport.setState({ target, isProbing: true, probe: null });
  try {
    const probe = unwrap(
      await bridge().registries.test({
        host: target.host.trim(),
        prefix: prefixOf(target),
        plainHttp: target.plainHttp,
        certificate: target.certificate,
        login:
          target.username === '' || target.password === ''
            ? null
            : { username: target.username, password: target.password },
      }),
    );
    // The form may have been changed while the answer was on its way.
    if (useImport.getState().target !== target) return;
    useImport.setState({ probe });
    announce(
      isGood(probe)
        ? importTexts.announce.tested(probe.host)
        : importTexts.announce.testFailed(failedStep(probe) ?? ''),
    );
  } finally {
    useImport.setState({ isProbing: false });
  }
}

/** Every part in its field; and where the registry was to be found in what was typed, what is kept for it. */
function withKept(typed: TargetForm): TargetForm {
  const target = readTarget(typed);
  const known = useSettings.getState().settings.registries.find(({ host }) => host === target.host);
  if (known === undefined || target.host === typed.host.trim()) return target;
  return {
    ...target,
    prefix: target.prefix === '' ? known.prefix : target.prefix,
    plainHttp: target.plainHttp || known.plainHttp,
    certificate: target.certificate ?? known.certificate,
    username: target.username === '' ? (known.user ?? '') : target.username,
  };
}

/** Keeps what was tested as a profile, and the login where it was accepted; then looks the names up. */
export async function goToMapping(): Promise<void> {
  const { target, probe, bundlePath } = useImport.getState();
  // The profile first: with it the login goes the way, and trusts the authorities, that were tested.
  const { settings, save } = useSettings.getState();
  await save({ registries: profileChange(settings, target, probe) });
  const isAccepted = probe?.steps.some(({ step, state }) => step === 'login' && state === 'ok') === true;
  if (isAccepted && target.password !== '')
    unwrap(
      await bridge().registries.login({
        host: target.host.trim(),
        username: target.username,
        password: target.password,
      }),
    );
  // Another bundle may have been opened meanwhile, or the target changed: then this is not where the way goes on.
  const now = useImport.getState();
  if (now.bundlePath !== bundlePath || now.target !== target) return;
  useImport.setState({ target: { ...target, password: '' }, step: 'mapping' });
  await startPlan();
}

/** This target as a profile: what is known of it stays, and one that is new has the test it was kept after. */
export function profileChange(
  { registries }: Pick<Settings, 'registries'>,
  target: TargetForm,
  probe: ProbeResult | null,
): NonNullable<SettingsChange['registries']> {
  const host = target.host.trim();
  const known = registries.find((profile) => profile.host === host);
  const to = {
    host,
    prefix: prefixOf(target),
    usedAs: known === undefined || known.usedAs === 'target' ? 'target' : 'both',
    plainHttp: target.plainHttp,
    certificate: target.certificate,
    connections: known?.connections ?? null,
    ...(probe === null ? {} : { lastTest: { at: probe.at, isGood: isGood(probe), word: lastWord(probe) } }),
  } as const;
  return [{ host, to }];
}

/** Nothing failed; plain http alone is a warning. */
export function isGood(probe: ProbeResult): boolean {
  return probe.error === null && probe.steps.every(({ state }) => state === 'ok' || state === 'warn');
}

function failedStep(probe: ProbeResult): string | undefined {
  return probe.steps.find(({ state }) => state === 'failed')?.step;
}

function lastWord(probe: ProbeResult): string {
  const telling = probe.steps.find(({ state }) => state === 'failed' || state === 'warn');
  return telling?.word ?? probe.steps.findLast(({ state }) => state === 'ok')?.word ?? '';
}
