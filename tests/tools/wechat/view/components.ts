/**
 * WeChat's built-in components, as far as the pages use them, for glass-easel: the same on Bun and in a browser. What
 * they look like is in `browser/`; a property that none of them has makes glass-easel say so.
 */
import type { ComponentSpace, GeneralComponent } from 'glass-easel';
import type { NativeElement, NativeHost, NativeTag } from '../native.ts';

/** What the built-in components of one page tell. */
export interface Surroundings {
  native: NativeHost;
  /** A component has these attributes now: what its look depends on beside the style sheet. */
  look(tag: string, component: GeneralComponent, attributes: Readonly<Record<string, unknown>>): void;
}

const everywhere = [
  ...['hidden', 'hover-class', 'hover-start-time', 'hover-stay-time'],
  ...[
    'aria-role',
    'aria-label',
    'aria-hidden',
    'aria-live',
    'aria-checked',
    'aria-disabled',
    'aria-expanded',
  ],
];

const pushed = [
  ...[
    'url',
    'mode',
    'autopush',
    'muted',
    'enable-camera',
    'auto-focus',
    'orientation',
    'beauty',
    'whiteness',
  ],
  ...['aspect', 'min-bitrate', 'max-bitrate', 'audio-quality', 'waiting-image', 'zoom', 'device-position'],
  ...[
    'mirror',
    'local-mirror',
    'remote-mirror',
    'audio-reverb-type',
    'enable-mic',
    'enable-agc',
    'enable-ans',
  ],
  ...[
    'audio-volume-type',
    'video-width',
    'video-height',
    'fps',
    'picture-in-picture-mode',
    'background-mute',
  ],
];

const played = [
  ...['src', 'mode', 'autoplay', 'muted', 'orientation', 'object-fit', 'background-mute', 'min-cache'],
  ...['max-cache', 'sound-mode', 'auto-pause-if-navigate', 'auto-pause-if-open-native'],
  ...['picture-in-picture-mode', 'referrer-policy'],
];

const properties: Readonly<Record<string, readonly string[]>> = {
  view: [],
  text: ['user-select', 'selectable', 'space', 'decode'],
  button: ['type', 'size', 'plain', 'disabled', 'loading', 'open-type', 'form-type'],
  image: ['src', 'mode', 'lazy-load', 'show-menu-by-longpress'],
  'scroll-view': ['scroll-x', 'scroll-y', 'scroll-top', 'scroll-into-view', 'enhanced', 'show-scrollbar'],
  'movable-area': ['scale-area'],
  'movable-view': ['direction', 'disabled', 'x', 'y', 'inertia', 'out-of-bounds', 'animation', 'damping'],
  progress: ['percent', 'activeColor', 'backgroundColor', 'stroke-width', 'show-info'],
  'page-meta': ['root-font-size', 'page-style', 'background-color'],
  'live-pusher': pushed,
  'live-player': played,
};

/** Every tag that a page may use. */
export const builtInTags: readonly string[] = Object.keys(properties);

const isNative = (tag: string): tag is NativeTag => tag === 'live-pusher' || tag === 'live-player';

const camelCase = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** Makes every built-in component known to a page's space. */
export function defineBuiltIns(space: ComponentSpace, surroundings: Surroundings): void {
  for (const tag of builtInTags) space.setGlobalUsingComponent(tag, define(space, tag, surroundings));
}

function define(space: ComponentSpace, tag: string, surroundings: Surroundings) {
  const names = [...everywhere, ...(properties[tag] ?? [])];
  const natives = new Map<GeneralComponent, ShownNative>();
  return space.defineComponent({
    is: `wx-${tag}`,
    properties: Object.fromEntries(names.map((name) => [camelCase(name), { type: null, value: undefined }])),
    observers: {
      '**'(this: GeneralComponent) {
        const attributes = attributesOf(this, names);
        for (const name of names) reflect(this, name, attributes[name]);
        surroundings.look(tag, this, attributes);
        const native = natives.get(this);
        if (native?.take(attributes)) surroundings.native.changed(native);
      },
    },
    lifetimes: {
      attached(this: GeneralComponent) {
        if (!isNative(tag)) return;
        const native = new ShownNative(tag, this, attributesOf(this, names));
        natives.set(this, native);
        surroundings.native.attached(native);
      },
      detached(this: GeneralComponent) {
        const native = natives.get(this);
        if (native === undefined) return;
        natives.delete(this);
        surroundings.native.detached(native);
      },
    },
  });
}

/** What was set, by its names in WXML; glass-easel has null for what was not. */
function attributesOf(component: GeneralComponent, names: readonly string[]): Record<string, unknown> {
  const data = component.data as Record<string, unknown>;
  return Object.fromEntries(
    names
      .map((name) => [name, data[camelCase(name)]] as const)
      .filter(([, value]) => value !== undefined && value !== null),
  );
}

/** For the style sheet, for a browser's accessibility tree, and for who reads the page. */
function reflect(component: GeneralComponent, name: string, value: unknown): void {
  const known = name === 'aria-role' ? 'role' : name;
  if (value === undefined) {
    if (component.getAttribute(known) !== null) component.removeAttribute(known);
    return;
  }
  // A boolean of ARIA has its two words; an attribute that is false is none.
  component.setAttribute(known, name.startsWith('aria-') ? String(value) : value);
}

class ShownNative implements NativeElement {
  readonly id: string;

  constructor(
    readonly tag: NativeTag,
    private readonly component: GeneralComponent,
    public attributes: Readonly<Record<string, unknown>>,
  ) {
    this.id = component.id;
  }

  /** @returns whether something is new */
  take(attributes: Record<string, unknown>): boolean {
    if (JSON.stringify(attributes) === JSON.stringify(this.attributes)) return false;
    this.attributes = attributes;
    return true;
  }

  emit(event: string, detail: Record<string, unknown>): void {
    this.component.triggerEvent(event, detail);
  }
}
