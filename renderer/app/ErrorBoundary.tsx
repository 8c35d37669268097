// A fault of a screen, told in its place: jobs are not in it, and go on.
import { Component } from 'react';
import type { ReactNode } from 'react';
import { Fault, faultText } from './Fault.tsx';

interface Props {
  readonly children: ReactNode;
}
interface State {
  readonly fault: string | null;
}

export class ErrorBoundary extends Component<Props, State> {
  override readonly state: State = { fault: null };

  static getDerivedStateFromError(error: unknown): State {
    return { fault: faultText(error) };
  }

  override render(): ReactNode {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
    return <Fault fault={fault} />;
  }
}
