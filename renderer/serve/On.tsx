// While it serves: where to read from, who asked for what, and what was refused.
import type { ServeState } from '../../shared/ipc/schemas.ts';
import { useSession } from '../store/session.ts';
import { serveTexts } from '../texts/serve.ts';
import { Desk } from '../ui/Desk.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { Select } from '../ui/Select.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import { Addresses } from './Addresses.tsx';
import { Encryption } from './Encryption.tsx';
import { Requests } from './Requests.tsx';
import styles from './Serve.module.css';
import { addressOf, hostOf, isOpen } from './served.ts';
import { OnPanel } from './ServePanel.tsx';
import { stopServing } from './serve-actions.ts';
import { useServe } from './serve-store.ts';

const texts = serveTexts;

export function On({ state }: { readonly state: ServeState }) {
  const busy = useServe((desk) => desk.busy);
  const failure = useServe((desk) => desk.failure);
  const later = useServe((desk) => desk.later);
  const chosen = useServe((desk) => desk.address);
  const isEngineGone = useSession(({ facts }) => facts?.engine === 'gone');
  const address = addressOf(state, chosen);
  const { bundles, writable } = state;
  return (
    <Desk
      desk={texts.desk}
      title={titleOf(state)}
      panel={{
        desk: texts.panel.serving,
        title: bundles.length === 0 ? texts.panel.folder : texts.bundles(bundles.length),
        state: <StateWord state="on" />,
        isLive: true,
        children: <OnPanel state={state} />,
        ...(bundles.length === 0
          ? {}
          : { foot: bundles.length === 1 ? texts.panel.keepIn.one : texts.panel.keepIn.many }),
      }}
      say={isEngineGone ? texts.say.gone : later === null ? sayOf(state) : texts.later(later)}
      primary={{
        label: busy === 'stopping' ? texts.stopping : texts.stop,
        onPress: () => void stopServing(),
      }}
    >
      <div className={styles['bar']}>
        <span className={styles['mid']}>{texts.openTo}</span>
        <b>{isOpen(state) ? texts.reach.network : texts.reach.machine}</b>
        <span className={styles['mid']}>{texts.port}</span>
        <b>{new URL(address).port}</b>
        {state.addresses.length > 1 && (
          <>
            <span className={styles['mid']} aria-hidden="true">
              {texts.addresses.at}
            </span>
            <div className={styles['at']}>
              <Select
                label={texts.addresses.at}
                hideLabel
                value={address}
                onChange={(next) => useServe.setState({ address: next })}
                options={state.addresses.map((id) => ({ id, label: hostOf(id) }))}
              />
            </div>
          </>
        )}
        <span className={styles['end']} title={state.isPlainHttp ? texts.addresses.plain : undefined}>
          <Encryption isPlain={state.isPlainHttp} />
        </span>
      </div>
      {failure !== null && (
        <div className={styles['card']}>
          <ErrorCard error={failure.error} title={texts.errors.notStopped} side="verify" />
        </div>
      )}
      <Addresses address={address} isWritable={writable !== null} />
      <Requests state={state} />
    </Desk>
  );
}

function titleOf({ bundles, writable }: ServeState): string {
  if (writable === null) return texts.title.on;
  return bundles.length === 0 ? texts.title.folder : texts.title.writable;
}

function sayOf(state: ServeState): string {
  const { writable } = state;
  const { say } = texts;
  if (writable !== null) return isOpen(state) ? say.onWritable(writable) : say.onWritableMachine(writable);
  return isOpen(state) ? say.onNetwork : say.onMachine;
}
