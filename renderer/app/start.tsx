// Connects to the station, learns what it is, and puts the application on the page.
import '../ui/fonts.css';
import '../ui/tokens.css';
import '../ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connectBridge } from '../bridge/client.ts';
import { describeStation } from '../store/session.ts';
import { loadJobs } from '../store/jobs.ts';
import { catchFailures } from '../store/notice.ts';
import { useNavigation } from '../store/navigation.ts';
import { loadBroken, loadSettings, useSettings } from '../store/settings.ts';
import { App } from './App.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Fault, faultText } from './Fault.tsx';
import { followStation } from './follow-station.ts';
import { openPaths } from './open-paths.ts';
import { keepLook } from './look.ts';

const page = createRoot(document.getElementById('root') ?? document.body);

async function start(): Promise<void> {
  catchFailures();
  await connectBridge();
  // Before anything is asked: what changes while the answer is on its way would be missed.
  followStation();
  // The engine answers this when it is there: what the station is asked then has it running, and not still starting.
  await Promise.all([loadSettings(), loadBroken()]);
  const facts = await describeStation();
  keepLook();
  // What comes in on that side is checked first.
  if (useSettings.getState().settings.side === 'disconnected') useNavigation.getState().go('verify');
  // Jobs of before are not needed for the first paint.
  void loadJobs();
  page.render(
    <StrictMode>
      <ErrorBoundary>
        <App />
      </ErrorBoundary>
    </StrictMode>,
  );
  if (facts.opened.length > 0) void openPaths(facts.opened);
}

void start().catch((thrown: unknown) => {
  page.render(<Fault fault={faultText(thrown)} />);
});
