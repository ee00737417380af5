import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface Bar {
  label: string;
  value: number;
  /** The usual value, drawn as a line across the bars. */
  usual?: number;
}

/** 1, 2, 5, 10 … 5,000,000,000: amounts in minor units grow large. */
const steps = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

/** A bar chart that follows its box's width. It reads the theme's colours when it draws. */
export class BarPlot {
  readonly #box: HTMLElement;
  readonly #height: number;
  readonly #plot: uPlot;
  readonly #watcher: ResizeObserver;
  #bars: readonly Bar[] = [];

  /** @param figures formats the axis's numbers */
  constructor(
    box: HTMLElement,
    height: number,
    private readonly figures?: (value: number) => string,
  ) {
    this.#box = box;
    // With reduced motion a colour still changes after a moment; reading it earlier returns the old one.
    box.style.transitionProperty = 'none';
    this.#height = height;
    this.#plot = new uPlot(this.#options(), [[], [], []], box);
    this.#watcher = new ResizeObserver(() => this.#plot.setSize({ width: box.clientWidth, height }));
    this.#watcher.observe(box);
  }

  show(bars: readonly Bar[]): void {
    this.#bars = bars;
    this.#plot.setData([
      bars.map((_, index) => index),
      bars.map((bar) => bar.value),
      bars.map((bar) => bar.usual ?? null),
    ]);
  }

  redraw(): void {
    this.#plot.redraw(false, true);
  }

  destroy(): void {
    this.#watcher.disconnect();
    this.#plot.destroy();
  }

  #options(): uPlot.Options {
    const text = () => this.#colour('--faint');
    const font = `12px ${getComputedStyle(this.#box).fontFamily}`;
    const { figures } = this;
    const bars = uPlot.paths.bars?.({ size: [0.72, 28], radius: 0.18 });
    return {
      width: this.#box.clientWidth || 320,
      height: this.#height,
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 4, 0, 0],
      scales: {
        x: { time: false, range: (_, min, max) => [min - 0.6, max + 0.6] },
        y: {
          range: (_, min, max) => [
            Math.min(0, Math.floor(min * 1.1)),
            Math.max(this.figures ? 1_000 : 4, Math.ceil(max * 1.1)),
          ],
        },
      },
      series: [
        {},
        {
          ...(bars && { paths: bars }),
          fill: () => this.#colour('--accent'),
          width: 0,
          points: { show: false },
        },
        { stroke: () => this.#colour('--caution'), width: 2, points: { show: false } },
      ],
      axes: [
        {
          stroke: text,
          font,
          size: 28,
          grid: { show: false },
          ticks: { show: false },
          space: 56,
          incrs: [1, 2, 4, 8, 16],
          values: (_, at) => at.map((index) => this.#bars[index]?.label ?? ''),
        },
        {
          stroke: text,
          font,
          size: this.figures ? 64 : 34,
          grid: { stroke: () => this.#colour('--line'), width: 1 },
          ticks: { show: false },
          space: 36,
          incrs: steps,
          ...(figures && { values: (_: uPlot, at: number[]) => at.map(figures) }),
        },
      ],
    };
  }

  /** A canvas cannot read `light-dark(…)`: the browser computes the colour. */
  #colour(property: string): string {
    this.#box.style.color = `var(${property})`;
    const { color } = getComputedStyle(this.#box);
    this.#box.style.color = '';
    return color;
  }
}
