// The page of parts, each once: what the interface's kit shows, drawn by the parts themselves. Not shipped.
import { useState } from 'react';
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import type { WireError } from '../../../shared/errors/wire.ts';
import { stateTexts } from '../../../renderer/texts/states.ts';
import type { ItemWord } from '../../../renderer/texts/states.ts';
import '../../../renderer/ui/fonts.css';
import '../../../renderer/ui/tokens.css';
import '../../../renderer/ui/base.css';
import { Band } from '../../../renderer/ui/Band.tsx';
import { Bar } from '../../../renderer/ui/Bar.tsx';
import { Button } from '../../../renderer/ui/Button.tsx';
import { Checkbox } from '../../../renderer/ui/Checkbox.tsx';
import { DataTable } from '../../../renderer/ui/DataTable.tsx';
import { Dialog } from '../../../renderer/ui/Dialog.tsx';
import { Digest } from '../../../renderer/ui/Digest.tsx';
import { DropField } from '../../../renderer/ui/DropField.tsx';
import { ErrorCard } from '../../../renderer/ui/ErrorCard.tsx';
import { FilterTabs } from '../../../renderer/ui/FilterTabs.tsx';
import { FingerprintWords } from '../../../renderer/ui/FingerprintWords.tsx';
import { Form, FormRow } from '../../../renderer/ui/Form.tsx';
import { NextSteps } from '../../../renderer/ui/NextSteps.tsx';
import { NumberField } from '../../../renderer/ui/NumberField.tsx';
import { Plate } from '../../../renderer/ui/Plate.tsx';
import { Probe } from '../../../renderer/ui/Probe.tsx';
import { QrCode } from '../../../renderer/ui/QrCode.tsx';
import { RadioTable } from '../../../renderer/ui/RadioTable.tsx';
import { Reference } from '../../../renderer/ui/Reference.tsx';
import { SearchField } from '../../../renderer/ui/SearchField.tsx';
import { Segmented } from '../../../renderer/ui/Segmented.tsx';
import { Select } from '../../../renderer/ui/Select.tsx';
import { SpeedPlot } from '../../../renderer/ui/SpeedPlot.tsx';
import { StateWord } from '../../../renderer/ui/StateWord.tsx';
import { TextField } from '../../../renderer/ui/TextField.tsx';
import './kit.css';

const asked = new URLSearchParams(location.search);
document.documentElement.dataset['theme'] = asked.get('theme') ?? 'light';
document.documentElement.dataset['side'] = asked.get('side') ?? 'connected';

const nothing = () => undefined;
const WORDS = 'marble canoe sunset hockey walnut ribbon polar tunnel';
const STATES: readonly ItemWord[] = [
  'queued',
  'downloading',
  'sending',
  'checking',
  'waiting',
  'paused',
  'done',
  'shared',
  'present',
  'skipped',
  'cancelled',
  'guess',
  'conflict',
  'failed',
  'unexpected',
  'missing',
  'damaged',
];
const OTHER_BYTES: WireError = {
  code: 'DIGEST_MISMATCH',
  message: 'Airlock asked 3 times and kept none of them.',
  side: 'source',
  remedy: 'Fetch it again.',
  details: { asked: 'sha256:38a4fdfc27ed7703b383ee995758eba4e628f02be5b1da70570a89768671438a' },
  causes: [],
};
const PLANT = 'quay.io/astronomer/';
const MANY = Array.from({ length: 10_000 }, (_, index) => `${PLANT}ap-part-${index}:0.${index % 90}.1`);
const samples = Array.from({ length: 60 }, (_, index) => ({
  at: Date.UTC(2026, 10, 19, 14, 9) + index * 2000,
  bytesPerSecond: 9e6 * (1 - Math.exp(-index / 6)) * (index === 36 || index === 37 ? 0.4 : 1),
}));

function Fields() {
  const [text, setText] = useState('astronomer');
  const [platform, setPlatform] = useState<'amd64' | 'arm64'>('amd64');
  const [form, setForm] = useState<'folder' | 'tar'>('folder');
  const [isTicked, setTicked] = useState(true);
  const [count, setCount] = useState<number | null>(4);
  const [filter, setFilter] = useState('');
  const [tab, setTab] = useState<'all' | 'failed'>('all');
  return (
    <>
      <div className="row">
        <div className="w150">
          <TextField label="Name" hideLabel value={text} onChange={setText} />
        </div>
        <div className="w150">
          <Select
            label="Platform"
            hideLabel
            value={platform}
            onChange={setPlatform}
            options={[
              { id: 'amd64', label: 'linux/amd64' },
              { id: 'arm64', label: 'linux/arm64' },
            ]}
          />
        </div>
        <div className="w150">
          <TextField
            label="Tag"
            hideLabel
            value="updates:2026"
            onChange={nothing}
            error="Two items, one name."
          />
        </div>
        <Segmented
          label="Form"
          value={form}
          onChange={setForm}
          options={[
            { id: 'folder', label: 'Folder' },
            { id: 'tar', label: 'One tar file' },
          ]}
        />
        <Checkbox isSelected={isTicked} onChange={setTicked}>
          Read back
        </Checkbox>
        <Checkbox isSelected={false} isIndeterminate onChange={nothing}>
          Some
        </Checkbox>
        <div className="w150">
          <SearchField label="Filter" value={filter} onChange={setFilter} keys="/" />
        </div>
      </div>
      <Form>
        <FormRow label="Connections" hint="fewer by itself when the host is slow">
          <NumberField label="Connections" hideLabel value={count} onChange={setCount} min={1} max={64} />
        </FormRow>
      </Form>
      <FilterTabs
        label="Items"
        value={tab}
        onChange={setTab}
        tabs={[
          { id: 'all', label: 'All', count: 34 },
          { id: 'failed', label: 'Failed', count: 1 },
        ]}
      />
    </>
  );
}

function Part({ title, isWhole, children }: { title: string; isWhole?: boolean; children: ReactNode }) {
  return (
    <section className={isWhole === true ? 'whole' : ''}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Kit() {
  const [isAsking, setAsking] = useState(asked.has('dialog'));
  const [medium, setMedium] = useState<string | null>('PLANT-07');
  return (
    <main className="kit">
      <Part title="" isWhole>
        <h1>The parts, each once</h1>
      </Part>
      <Part title="States: icon, word and colour, always all three">
        <ul className="states">
          {STATES.map((state) => (
            <li key={state} title={stateTexts[state]}>
              <StateWord state={state} />
            </li>
          ))}
        </ul>
      </Part>
      <Part title="Buttons: one primary on a screen">
        <div className="row">
          <Button variant="primary" keys="Ctrl ↵" onPress={nothing}>
            Pack to PLANT-07
          </Button>
          <Button onPress={nothing}>Save receipt…</Button>
          <Button variant="quiet" onPress={nothing}>
            Back
          </Button>
          <Button variant="danger" onPress={() => setAsking(true)}>
            Erase the medium…
          </Button>
          <Button size="small" icon="copy" onPress={nothing}>
            Copy
          </Button>
          <Button isDisabled onPress={nothing}>
            Not now
          </Button>
        </div>
        <h2>Progress: a line, never a circle</h2>
        <div className="row">
          <span className="w80">
            <Bar share={0.38} state="runs" />
          </span>
          <span className="w80">
            <Bar share={0.51} state="waits" />
          </span>
          <span className="w80">
            <Bar share={0.61} state="failed" />
          </span>
          <span className="w80">
            <Bar share={1} state="done" />
          </span>
        </div>
        <h2>Fields</h2>
        <Fields />
      </Part>
      <Part title="What happened, where, what next">
        <ErrorCard
          error={OTHER_BYTES}
          side="pack"
          actions={<Button onPress={nothing}>Lock it again</Button>}
        />
      </Part>
      <Part title="Speed, with what happened on the way">
        <SpeedPlot
          samples={samples}
          marks={[{ at: samples[36]?.at ?? 0, text: 'quay.io answered 503, waited 4 s' }]}
          endsAt={(samples[0]?.at ?? 0) + 300_000}
        />
        <h2>A test in stages</h2>
        <Probe
          steps={[
            { step: 'name', state: 'ok', word: 'Found', fact: '10.20.0.14, port 443' },
            { step: 'tls', state: 'failed', word: 'Expired', fact: 'It ended on 2026-11-17.' },
            { step: 'login', state: 'notTested', word: 'Not tested', fact: 'No password was sent.' },
          ]}
        />
      </Part>
      <Part title="Outcomes" isWhole>
        <Band
          kind="ok"
          title="Intact"
          sentence="Every file is as it was sealed."
          facts={['2.57 GB in 4.6 s']}
        />
        <Band
          kind="warn"
          title="33 of 34 packed, 1 failed"
          sentence="Not sealed yet."
          facts={['5 min 12 s']}
        />
        <Band
          kind="fail"
          title="Damaged. Do not import"
          sentence="1 file has other bytes."
          facts={['31.4 GB']}
        />
      </Part>
      <Part title="10,000 rows" isWhole>
        <div className="table">
          <DataTable
            label="Items"
            rows={MANY}
            rowKey={(row) => row}
            isFaulty={(row) => row.includes('part-7777')}
            below={(row) => (row.includes('part-7777') ? <p className="row">Other bytes came.</p> : null)}
            columns={[
              {
                id: 'state',
                head: 'State',
                width: 148,
                render: (row) => <StateWord state={row.includes('part-7777') ? 'failed' : 'downloading'} />,
              },
              {
                id: 'item',
                head: 'Item',
                width: 'fill',
                render: (row) => <Reference kind="image" reference={row} />,
                compare: (a, b) => a.localeCompare(b),
              },
              {
                id: 'digest',
                head: 'sha256',
                width: 160,
                render: () => <Digest value={`sha256:${'38a4fdfc27ed7703'.repeat(4)}`} canCopy />,
              },
              { id: 'bar', head: 'Progress', width: 168, render: () => <Bar share={0.4} state="runs" /> },
            ]}
          />
        </div>
      </Part>
      <Part title="Plate, fingerprint, code">
        <div className="row">
          <div className="plate">
            <Plate
              title="On PLANT-07"
              facts={[
                { term: 'Written', value: <b>977 MB</b>, isNumber: true },
                { term: 'Of', value: '2.57 GB', isNumber: true },
              ]}
            />
            <Plate title="Fingerprint" facts={[]} notes={['Of the list as it was sealed.']}>
              <FingerprintWords words={WORDS} />
            </Plate>
          </div>
          <QrCode text={WORDS} label="Fingerprint" />
        </div>
      </Part>
      <Part title="Choices that are rows, next steps, a place to drop">
        <RadioTable
          label="Media"
          rows={['PLANT-07', 'PLANT-03']}
          rowKey={(row) => row}
          nameOf={(row) => row}
          selected={medium}
          onSelect={setMedium}
          columns={[{ id: 'name', head: 'Medium', width: 'fill', render: (row) => row }]}
        />
        <NextSteps steps={[{ title: 'Eject PLANT-07', text: 'Then carry it across.' }]} />
        <DropField title="Drop it here" text="Lists, charts, archives, any file." onBrowse={nothing} />
      </Part>
      {isAsking && (
        <Dialog
          title="Cancel packing astronomer-2.1?"
          isAlert
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button variant="danger" onPress={nothing}>
                Discard what is written…
              </Button>
              <Button onPress={nothing}>Cancel the job</Button>
              <Button variant="primary" autoFocus onPress={() => setAsking(false)}>
                Go on packing
              </Button>
            </>
          }
        >
          977 MB are on PLANT-07 and stay there. You can go on later; nothing is fetched twice.
        </Dialog>
      )}
    </main>
  );
}

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<Kit />);
