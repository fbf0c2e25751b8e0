"""What is looked for in a page, as scripts that the browser runs in it."""

FAULTS = """() => {
  const faults = [];
  const shown = (element) => !element.hidden && element.type !== "hidden";
  const text = (element) => (element.getAttribute("aria-label") || element.textContent || "").trim();
  const all = (selector) => [...document.querySelectorAll(selector)];
  for (const control of all("input, select, textarea").filter(shown)) {
    const named = control.labels.length || control.ariaLabel || control.getAttribute("aria-labelledby");
    if (!named) faults.push(`no label: ${control.outerHTML}`);
  }
  for (const each of all("a[href], button, summary"))
    if (!text(each)) faults.push(`no name: ${each.outerHTML}`);
  for (const image of all("img")) if (!image.hasAttribute("alt")) faults.push(`no alt: ${image.outerHTML}`);
  for (const image of all("svg"))
    if (image.ariaHidden !== "true") faults.push(`svg that is read: ${image.outerHTML}`);
  for (const head of all("th")) if (!head.scope) faults.push(`th without scope: ${head.textContent}`);
  for (const table of all("table")) if (!table.caption) faults.push("table without caption");
  for (const name of ["h1", "main"]) if (all(name).length !== 1) faults.push(`${all(name).length} ${name}`);
  const levels = all("h1, h2, h3, h4").map((heading) => Number(heading.tagName[1]));
  if (levels.some((level, at) => level > (levels[at - 1] || 0) + 1)) faults.push(`headings: ${levels}`);
  const ids = all("[id]").map((element) => element.id);
  for (const id of new Set(ids)) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`id twice: ${id}`);
  for (const attribute of ["aria-labelledby", "aria-describedby", "for", "form"])
    for (const each of all(`[${attribute}]`))
      if (!document.getElementById(each.getAttribute(attribute))) faults.push(`${attribute} leads nowhere`);
  if (!document.documentElement.lang || !document.title) faults.push("no language or no title");
  return faults;
}"""
"""What is missing for somebody who does not see the page; empty when nothing is."""

CONTRASTS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const over = (top, below) => [0, 1, 2].map((at) => (top[at] * top[3] + below[at] * (255 - top[3])) / 255);
  const behind = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const color = rgba(getComputedStyle(each).backgroundColor);
      layers.unshift(color);
      if (color[3] === 255) break;
    }
    return layers.reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const luminance = (color) => {
    const [r, g, b] = color.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = new Map();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility() || element.closest("option")) continue;
    const below = behind(element);
    const color = over(rgba(getComputedStyle(element).color), below);
    const [light, dark] = [luminance(color), luminance(below)].sort((a, b) => b - a);
    found.set(`${color}/${below}`, {
      ratio: Math.round(100 * (light + 0.05) / (dark + 0.05)) / 100,
      text: texts.currentNode.data.trim().slice(0, 40),
      color, below,
    });
  }
  return [...found.values()];
}"""
"""The contrast of each pair of colours that a text and its background have on the page, as WCAG counts it."""
