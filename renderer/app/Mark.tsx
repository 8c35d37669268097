// Airlock's mark: two chambers, and the way through.
export function Mark() {
  return (
    <svg viewBox="0 0 28 28" width="28" height="28" fill="none" aria-hidden="true">
      <path d="M3 3h9v22H3z" fill="currentColor" />
      <path d="M17 4h7v20h-7z" stroke="currentColor" strokeWidth="2" />
      <path d="M6 14h6" stroke="var(--ground)" strokeWidth="2" />
      <path d="M12 14h9" stroke="currentColor" strokeWidth="2" />
    </svg>
  );
}
