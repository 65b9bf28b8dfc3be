import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

interface VirtualRows {
  readonly virtualizer: Virtualizer<HTMLElement, HTMLElement>;
}

/** Which rows of a long list stand in its scrolled part; the rest is not in the document. */
export function useVirtualRows(
  count: number,
  rowPx: number,
  scrolled: () => HTMLElement | null,
): VirtualRows['virtualizer'] {
  const [, redraw] = useState(0);
  const [virtualizer] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options()));
  function options(): ConstructorParameters<typeof Virtualizer<HTMLElement, HTMLElement>>[0] {
    return {
      count,
      getScrollElement: scrolled,
      estimateSize: () => rowPx,
      overscan: 8,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      onChange: () => redraw((times) => times + 1),
    };
  }
  virtualizer.setOptions(options());
  useEffect(() => virtualizer._didMount(), []);
  useLayoutEffect(() => virtualizer._willUpdate());
  return virtualizer;
}
