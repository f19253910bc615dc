/** Reads a page of glass-easel as a person does: what is written on it, and what stands where a finger lands. */
import { Component, type Element, type GeneralComponent, type Node, TextNode } from 'glass-easel';

const hidden = (element: Element) => element.getAttribute('hidden') === true;

/** The children that the page itself wrote; what is inside a built-in component is WeChat's. */
function childrenOf(node: Node, root: GeneralComponent): readonly Node[] {
  if (node === root) return root.getShadowRoot()?.childNodes ?? [];
  return node.asElement()?.childNodes ?? [];
}

/** One text element, with the element that it is in. */
interface Written {
  text: string;
  element: Element;
}

function* written(node: Node, root: GeneralComponent): Generator<Written> {
  for (const child of childrenOf(node, root)) {
    if (child instanceof TextNode) {
      const text = child.textContent.trim();
      const element = child.parentNode;
      if (text !== '' && element !== null) yield { text, element };
    } else {
      const element = child.asElement();
      if (element !== null && !hidden(element)) yield* written(element, root);
    }
  }
}

/** Everything that is readable, one line for each text element. */
export function textOf(root: GeneralComponent): string {
  return Array.from(written(root, root), ({ text }) => text).join('\n');
}

/** The innermost elements with this text: those that have exactly it, then those that contain it. */
export function elementsNamed(root: GeneralComponent, label: string): Element[] {
  const all = Array.from(written(root, root));
  const exact = all.filter(({ text }) => text === label);
  const containing = all.filter(({ text }) => text !== label && text.includes(label));
  return [...exact, ...containing].map(({ element }) => element);
}

/** A button that is disabled swallows what lands on it. */
export function disabled(element: Element): boolean {
  for (let each: Element | null = element; each !== null; each = each.parentNode) {
    if (Component.isComponent(each) && each.is === 'wx-button' && each.getAttribute('disabled') === true) {
      return true;
    }
  }
  return false;
}
