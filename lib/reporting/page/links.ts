/** What a link inside the page names: `#check-AUTH-03`, `#evidence-m-17`, `#timeline-AUTH-03`. */
export type LinkKind = 'check' | 'evidence' | 'timeline';

const LINK = /^#(check|evidence|timeline)-(.+)$/;
const listeners = new Map<string, (id: string) => void>();

/** Calls `open` for every link of a kind, those in the address included. */
export function onLink(kind: LinkKind, open: (id: string) => void): void {
  listeners.set(kind, open);
}

/** Follows the links of the page from now on, the same one again too. */
export function listenToLinks(): void {
  addEventListener('hashchange', () => linkTo(location.hash));
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    const hash = link?.getAttribute('href') ?? '';
    // A click on the link of the present address changes nothing, so no event tells of it.
    if (hash !== '' && hash === location.hash) linkTo(hash);
  });
}

/** Opens what a hash names. */
export function linkTo(hash: string): void {
  const match = LINK.exec(decodeURIComponent(hash));
  const [, kind = '', id = ''] = match ?? [];
  listeners.get(kind)?.(id);
}

/** Takes the link out of the address, without a jump. */
export function forgetLink(): void {
  history.replaceState(null, '', `${location.pathname}${location.search}`);
}

/** Calls once the page is drawn, and after the jump of the browser itself, which takes the focus away while the page loads. */
export function afterJump(call: () => void): void {
  const next = (): void => {
    requestAnimationFrame(() => setTimeout(call));
  };
  if (document.readyState === 'complete') next();
  else addEventListener('load', next, { once: true });
}
