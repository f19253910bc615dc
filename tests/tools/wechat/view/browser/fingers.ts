/** What WeChat's components do under a finger by themselves: `hover-class`, and `movable-view` that follows. */

/** WeChat's defaults, ms. */
const hover = { start: 20, stay: 70 };

function watchHover(): void {
  document.addEventListener('pointerdown', ({ target }) => {
    const element = target instanceof Element ? target.closest('[hover-class]') : null;
    const name = element?.getAttribute('hover-class') ?? '';
    if (element === null || name === '' || name === 'none') return;
    const begin = setTimeout(() => element.classList.add(name), hover.start);
    const end = () => {
      clearTimeout(begin);
      setTimeout(() => element.classList.remove(name), hover.stay);
    };
    document.addEventListener('pointerup', end, { once: true });
    document.addEventListener('pointercancel', end, { once: true });
  });
}

function watchMoves(): void {
  const offsets = new WeakMap<Element, { x: number; y: number }>();
  document.addEventListener('pointerdown', (down) => {
    const element = down.target instanceof Element ? down.target.closest('wx-movable-view') : null;
    const area = element?.closest('wx-movable-area');
    if (!(element instanceof HTMLElement) || !area || element.hasAttribute('disabled')) return;
    const from = offsets.get(element) ?? { x: 0, y: 0 };
    const box = element.getBoundingClientRect();
    const room = area.getBoundingClientRect();
    const within = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
    const move = ({ clientX, clientY }: PointerEvent) => {
      const x = from.x + within(clientX - down.clientX, room.left - box.left, room.right - box.right);
      const y = from.y + within(clientY - down.clientY, room.top - box.top, room.bottom - box.bottom);
      offsets.set(element, { x, y });
      element.style.transform = `translate(${x}px, ${y}px)`;
    };
    document.addEventListener('pointermove', move);
    document.addEventListener('pointerup', () => document.removeEventListener('pointermove', move), {
      once: true,
    });
  });
}

watchHover();
watchMoves();
