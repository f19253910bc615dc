/** What of a built-in component's look depends on its attributes. */

const sizes: Record<string, string> = {
  scaleToFill: '100% 100%',
  aspectFit: 'contain',
  aspectFill: 'cover',
};

type Attributes = Readonly<Record<string, unknown>>;

const looks: Record<string, (element: HTMLElement, attributes: Attributes) => void> = {
  image: ({ style }, { src, mode = 'scaleToFill' }) => {
    style.backgroundImage = src === undefined || src === '' ? '' : `url("${String(src)}")`;
    style.backgroundSize = sizes[String(mode)] ?? '';
  },
  progress: ({ style }, { percent = 0, activeColor = '#09bb07' }) => {
    style.setProperty('--percent', `${Number(percent)}%`);
    style.setProperty('--active', String(activeColor));
  },
};

export function look(tag: string, element: HTMLElement, attributes: Attributes): void {
  looks[tag]?.(element, attributes);
}
