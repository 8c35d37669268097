// Speed over time, with what happened on the way.
import { useLayoutEffect, useRef, useState } from 'react';
import { partTexts } from '../texts/parts.ts';
import { formatClock, formatRate, splitRate } from './quantities.ts';
import styles from './SpeedPlot.module.css';

interface SpeedPlotProps {
  readonly samples: readonly { readonly at: number; readonly bytesPerSecond: number }[];
  readonly marks: readonly { readonly at: number; readonly text: string }[];
  /** Where the time axis ends (ms since the epoch): now and what is left. */
  readonly endsAt?: number;
}

/** Until the place it stands in is known. */
const USUAL_WIDTH = 872;
const LEFT = 60;
const TOP = 24;
const HEIGHT = 64;
const BOTTOM = TOP + HEIGHT;
const TICKS = 5;
const LEAST_SPAN_MS = 20_000;

export function SpeedPlot({ samples, marks, endsAt }: SpeedPlotProps) {
  const [box, width] = useWidth();
  const first = samples[0];
  const last = samples.at(-1);
  return (
    <div ref={box} className={styles['box']}>
      {first === undefined || last === undefined ? (
        <Frame width={width} />
      ) : (
        <Drawing samples={samples} marks={marks} first={first} last={last} width={width} endsAt={endsAt} />
      )}
    </div>
  );
}

/** Before anything moved there is no scale, but the place of one. */
function Frame({ width }: { readonly width: number }) {
  return (
    <svg
      className={styles['plot']}
      viewBox={`0 0 ${width} ${BOTTOM + 20}`}
      role="img"
      aria-label={partTexts.speedPlotStill}
    >
      {[TOP, TOP + HEIGHT / 2, BOTTOM].map((at) => (
        <path key={at} className={styles['grid']} d={`M${LEFT} ${at}H${width}`} />
      ))}
    </svg>
  );
}

interface DrawingProps extends Pick<SpeedPlotProps, 'samples' | 'marks'> {
  readonly first: SpeedPlotProps['samples'][number];
  readonly last: SpeedPlotProps['samples'][number];
  /** Pixels. */
  readonly width: number;
  readonly endsAt: number | undefined;
}

function Drawing({ samples, marks, first, last, width, endsAt }: DrawingProps) {
  // A host may have asked to wait before the first byte of it came.
  const start = Math.min(first.at, ...marks.map(({ at }) => at));
  const span = Math.max(LEAST_SPAN_MS, (endsAt ?? last.at) - start, last.at - start);
  const ceiling = niceCeiling(Math.max(...samples.map(({ bytesPerSecond }) => bytesPerSecond)));
  const x = (at: number) => LEFT + ((width - LEFT) * (at - start)) / span;
  const y = (rate: number) => BOTTOM - (HEIGHT * rate) / ceiling;
  const line = samples
    .map(({ at, bytesPerSecond }) => `${x(at).toFixed(1)} ${y(bytesPerSecond).toFixed(1)}`)
    .join('L');
  const { unit, scale } = splitRate(ceiling);
  const grid = [ceiling, ceiling / 2, 0];
  return (
    <svg
      className={styles['plot']}
      viewBox={`0 0 ${width} ${BOTTOM + 20}`}
      role="img"
      aria-label={partTexts.speedPlot(formatRate(last.bytesPerSecond))}
    >
      {grid.map((rate, index) => (
        <g key={index}>
          <path className={styles['grid']} d={`M${LEFT} ${y(rate)}H${width}`} />
          <text x={LEFT - 8} y={y(rate) + 4} textAnchor="end">
            {index === 0 ? `${rate / scale} ${unit}` : rate / scale}
          </text>
        </g>
      ))}
      {Array.from({ length: TICKS }, (_, index) => (
        <text
          key={index}
          x={LEFT + ((width - LEFT) * index) / (TICKS - 1)}
          y={BOTTOM + 16}
          textAnchor={index === 0 ? 'start' : index === TICKS - 1 ? 'end' : 'middle'}
        >
          {clockOf(start + (span * index) / (TICKS - 1), span)}
        </text>
      ))}
      <path
        className={styles['area']}
        d={`M${x(first.at)} ${BOTTOM}L${line}L${x(last.at).toFixed(1)} ${BOTTOM}z`}
      />
      <path className={styles['line']} d={`M${line}`} />
      <circle className={styles['dot']} cx={x(last.at)} cy={y(last.bytesPerSecond)} r="3.5" />
      {layOut(
        marks.filter(({ at }) => at <= start + span).map(({ at, text }) => ({ x: x(at), text })),
        width,
      ).map(({ x: at, text, shown, isLeft }, index) => (
        <g key={index} className={styles['mark']}>
          {shown !== text && <title>{text}</title>}
          <path d={`M${at} 8V${BOTTOM}`} />
          {shown !== '' && (
            <text x={isLeft ? at - BESIDE : at + BESIDE} y="16" textAnchor={isLeft ? 'end' : 'start'}>
              {shown}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}

const MOST_MARKS = 8;
/** Pixels between a mark and its words. */
const BESIDE = 6;
/** What a letter of these words takes on the average, rather more than less. */
const LETTER = 6.6;

/**
 * The newest marks, each with its words on the side where they fit and lie on nothing newer; where they do on neither, cut on
 * the wider side. The older of two that would lie on one another has its line alone.
 */
function layOut(marks: readonly { readonly x: number; readonly text: string }[], width: number) {
  const taken: { readonly from: number; readonly to: number }[] = [];
  const isFree = (from: number, to: number) => taken.every((one) => to < one.from || from > one.to);
  return marks
    .slice(-MOST_MARKS)
    .toReversed()
    .map(({ x, text }) => {
      const sides = [
        { isLeft: false, room: width - x - BESIDE },
        { isLeft: true, room: x - BESIDE - LEFT },
      ].map(({ isLeft, room }) => {
        const shown = cut(text, Math.max(0, Math.floor(room / LETTER)));
        const wide = BESIDE + shown.length * LETTER;
        return { isLeft, shown, from: isLeft ? x - wide : x, to: isLeft ? x : x + wide };
      });
      const place = sides
        .toSorted((one, other) => other.shown.length - one.shown.length)
        .find(({ shown, from, to }) => shown.length > 1 && isFree(from, to));
      taken.push(place ?? { from: x, to: x });
      return { x, text, isLeft: place?.isLeft === true, shown: place?.shown ?? '' };
    });
}

function cut(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, Math.max(0, letters - 1)).trimEnd()}…`;
}

/** The width of an element, and to what it is tied. */
function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(USUAL_WIDTH);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = () => setWidth(element.clientWidth === 0 ? USUAL_WIDTH : element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [box, width] as const;
}

/** The next of 1, 2, 5 times a power of ten: a scale that a person can halve. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value) ?? value;
}

/** Seconds where minutes would be the same. */
function clockOf(at: number, span: number): string {
  const seconds = String(new Date(at).getSeconds()).padStart(2, '0');
  return span < 4 * 60_000 ? `${formatClock(at)}:${seconds}` : formatClock(at);
}
