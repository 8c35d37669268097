// Connects to the station, learns what it is, and puts the application on the page.
import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import '../ui/tokens.css';
import '../ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connectBridge } from '../bridge/client.ts';
import { describeStation } from '../store/session.ts';
import { loadJobs } from '../store/jobs.ts';
import { loadSettings } from '../store/settings.ts';
import { App } from './App.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { followStation } from './follow-station.ts';
import { openPaths } from './open-paths.ts';
import { keepLook } from './look.ts';

async function start(root: HTMLElement): Promise<void> {
  await connectBridge();
  const facts = await describeStation();
  await loadSettings();
  keepLook();
  followStation();
  // Jobs of before are not needed for the first paint.
  void loadJobs();
  createRoot(root).render(
    <StrictMode>
      <ErrorBoundary>
        <App />
      </ErrorBoundary>
    </StrictMode>,
  );
  if (facts.opened.length > 0) void openPaths(facts.opened);
}

const root = document.getElementById('root');
if (root !== null) void start(root);
