// Before it serves: which bundles, to whom, on which port, with which certificate.
import { useMedia } from '../bundles/use-media.ts';
import { useNavigation } from '../store/navigation.ts';
import { serveTexts } from '../texts/serve.ts';
import { Button } from '../ui/Button.tsx';
import { Desk } from '../ui/Desk.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { NumberField } from '../ui/NumberField.tsx';
import { Segmented } from '../ui/Segmented.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import { BundleTable } from './BundleTable.tsx';
import { bundleAtFault, choicesOf, formProblem, nameOfPath, otherPort } from './choices.ts';
import { Encryption } from './Encryption.tsx';
import { EmptyServe } from './EmptyServe.tsx';
import { MoreFields } from './MoreFields.tsx';
import styles from './Serve.module.css';
import { OffPanel } from './ServePanel.tsx';
import { startServing } from './serve-actions.ts';
import { changeForm, useServe } from './serve-store.ts';
import type { ServeForm } from './serve-store.ts';

const texts = serveTexts;
const REACHES = ['machine', 'network'] as const;

export function Off() {
  const media = useMedia();
  const form = useServe((state) => state.form);
  const busy = useServe((state) => state.busy);
  const about = useServe((state) => state.about);
  const choices = choicesOf(media ?? [], form, about);
  const problem = formProblem(form);
  return (
    <Desk
      desk={texts.desk}
      title={texts.title.off}
      panel={{
        desk: texts.panel.serving,
        title: form.ticked.length === 0 ? texts.panel.nothing : texts.bundles(form.ticked.length),
        state: <StateWord state="queued" word={texts.panel.off} />,
        children: <OffPanel choices={choices} form={form} />,
        foot: texts.panel.choose,
      }}
      say={sayOf(form, busy !== null)}
      primary={{
        label: busy === 'starting' ? texts.starting : texts.start,
        onPress: () => void startServing(),
        isDisabled: problem !== null,
      }}
    >
      <div className={styles['bar']}>
        <span className={styles['mid']} aria-hidden="true">
          {texts.openTo}
        </span>
        <Segmented
          label={texts.openTo}
          value={form.reach}
          onChange={(reach) => changeForm({ reach })}
          options={REACHES.map((id) => ({ id, label: texts.reach[id] }))}
        />
        <span className={styles['mid']} aria-hidden="true">
          {texts.port}
        </span>
        <div className={styles['port']}>
          <NumberField
            label={texts.port}
            hideLabel
            value={form.port}
            onChange={(port) => changeForm({ port: Math.round(port ?? form.port) })}
            min={1}
            max={65_535}
          />
        </div>
        <span className={styles['end']}>
          <Encryption isPlain={form.certificate.trim() === ''} />
        </span>
      </div>
      <FailureOf form={form} />
      {choices.length === 0 ? <EmptyServe /> : <BundleTable choices={choices} ticked={form.ticked} />}
      <MoreFields form={form} />
    </Desk>
  );
}

function sayOf(form: ServeForm, isBusy: boolean): string {
  const { say } = texts;
  if (isBusy) return say.starting;
  const problem = formProblem(form);
  if (problem === 'nothing') return say.none;
  if (problem !== null) return say.mend;
  if (form.reach === 'machine') return say.machine(form.port);
  return form.certificate.trim() === '' ? say.networkHttp(form.port) : say.network(form.port);
}

function FailureOf({ form }: { readonly form: ServeForm }) {
  const failure = useServe((state) => state.failure);
  const go = useNavigation((state) => state.go);
  if (failure === null) return null;
  const { error, isStop } = failure;
  const bundle = bundleAtFault(error, form.ticked);
  const port = otherPort(form.port);
  return (
    <div className={styles['card']}>
      <ErrorCard
        error={error}
        title={isStop ? texts.errors.notStopped : texts.errors.notStarted}
        side="verify"
        actions={
          error.code === 'PORT_IN_USE' ? (
            <Button onPress={() => void startServing({ port })}>{texts.errors.otherPort(port)}</Button>
          ) : bundle === undefined ? undefined : (
            <>
              <Button icon="verify" onPress={() => go('verify', { paths: [bundle] })}>
                {texts.errors.verify}
              </Button>
              <Button onPress={() => changeForm({ ticked: form.ticked.filter((path) => path !== bundle) })}>
                {texts.errors.leaveOut(nameOfPath(bundle))}
              </Button>
            </>
          )
        }
      />
    </div>
  );
}
